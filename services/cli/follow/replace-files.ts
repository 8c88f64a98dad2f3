import { globSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { systemCode } from '../../../shared/core/system-reason.ts';
import { plural } from '../../../shared/core/text.ts';
import type { FollowedFile } from '../../insights/export/followed-files.ts';
import { makeFolder } from '../../local/data-folder/make-folder.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';

/** Readers of a folder of Parquet files skip hidden ones, such as what a kill left of a file that was being written. */
const TEMPORARY = /^\.(\d+)\.new$/;
const temporaryIn = (folder: string): string => join(folder, `.${process.pid}.new`);

const hasContent = (path: string, bytes: Uint8Array): boolean => {
  try {
    return readFileSync(path).equals(bytes);
  } catch (error: unknown) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error: unknown) {
    return systemCode(error) !== 'ESRCH';
  }
};

/** Removes what killed processes left of the files that they were writing. One that runs may be writing now. */
const removeRemainders = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
};

const removeFile = (path: string): void => {
  rmSync(path);
  if (readdirSync(dirname(path)).length === 0) rmdirSync(dirname(path));
};

/**
 * Makes a folder, which is created if it is missing, hold `files`: replaces those whose bytes differ, each atomically, and
 * removes those that match one of `owned` and are not among them. Throws the system's errors; each file is then as before or as it should be.
 * @param files computed one by one, between which `signal` can end the work
 * @param owned patterns of paths relative to the folder
 */
export const replaceFiles = async (
  folder: string,
  files: Iterable<FollowedFile>,
  { owned, signal, say }: { owned: readonly string[]; signal: AbortSignal; say: (sentence: string) => void },
): Promise<void> => {
  makeFolder(resolve(folder));
  removeRemainders(folder);
  const kept = new Set<string>();
  for (const { path, rows, bytes } of files) {
    kept.add(path);
    const target = join(folder, path);
    if (!hasContent(target, bytes)) {
      makeFolder(resolve(dirname(target)));
      writeDurably(target, bytes, temporaryIn(folder));
      say(`Wrote ${plural(rows, 'row')} to ${target}`);
    }
    await breathe();
    if (signal.aborted) return;
  }
  for (const path of globSync([...owned], { cwd: folder }).sort()) {
    if (kept.has(path)) continue;
    removeFile(join(folder, path));
    say(`Removed ${join(folder, path)}: no rows`);
  }
};
