import { readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { LOCK_FILE } from '../data-folder/contents.ts';
import { DataFolderBroken } from '../data-folder/errors.ts';
import { makeFolder, renameDurably } from '../data-folder/make-folder.ts';
import { writeDurably } from '../data-folder/write-durably.ts';
import type { BackupFiles } from './archive.ts';

/** What a kill has left of `path` while it was being written: `<path>.<process>.new`. */
export const removeUnfinished = (path: string): void => {
  const [folder, name] = [dirname(path), basename(path)];
  for (const found of readdirSync(folder))
    if (found.startsWith(`${name}.`) && /^\d+\.new$/.test(found.slice(name.length + 1)))
      rmSync(join(folder, found), { recursive: true, force: true });
};

/** The folder that a path names, which may not exist yet. Throws if it is a file or not empty. */
const emptyFolder = (dataDir: string): string => {
  const found = statSync(dataDir, { throwIfNoEntry: false });
  if (found === undefined) return resolve(dataDir);
  if (!found.isDirectory()) throw new Error('it is a file, not a folder');
  if (readdirSync(dataDir).length > 0)
    throw new Error('it is not empty, and a backup needs a new or empty folder');
  return realpathSync(dataDir);
};

/**
 * Writes the files of a backup into a new or empty folder. The folder is complete and on disk before it gets its name. Throws
 * {@link DataFolderBroken}; then nothing was changed.
 */
export const restoreBackup = (files: BackupFiles, dataDir: string): void => {
  let unfinished: string | undefined;
  try {
    const folder = emptyFolder(dataDir);
    makeFolder(dirname(folder));
    removeUnfinished(folder);
    unfinished = `${folder}.${process.pid}.new`;
    for (const [path, bytes] of files) {
      const place = join(unfinished, path);
      makeFolder(dirname(place));
      writeDurably(place, bytes);
    }
    // Empty, as after a start, which makes it: commands recognize a data folder by it.
    writeDurably(join(unfinished, LOCK_FILE), '');
    // Replaces a folder only if it is still empty.
    renameDurably(unfinished, folder);
  } catch (error: unknown) {
    if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true });
    throw new DataFolderBroken(dataDir, systemReason(error), error);
  }
};
