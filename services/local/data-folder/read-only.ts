import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { contentOf, isFileOf, LOCK_FILE } from './contents.ts';
import { DataFolderBroken, DataFolderInUse } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { TABLES_FILE } from './tables.ts';

/** What every command that opens a folder writes: SQLite also creates files beside its own. */
const WRITTEN = ['.', LOCK_FILE, TABLES_FILE, 'sqs', 'sqs/fauxqs.db'];

const mayWrite = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether an existing folder, or what a command writes in it, is on a read-only medium or of another owner. */
export const isReadOnly = (dataDir: string): boolean =>
  WRITTEN.map((name) => join(dataDir, name)).some((path) => existsSync(path) && !mayWrite(path));

/** What a reader needs none of: a copy has its own lock and no process, and its log is not shown. */
const LEFT_OUT: readonly string[] = [LOCK_FILE, 'runtime.json', 'log.jsonl', 'log.1.jsonl', 'damaged'];

/** The files to copy, as paths, and those to link: a secret has one place. */
const partsOf = (dataDir: string): { copied: string[]; linked: string[] } => {
  const parts = { copied: [] as string[], linked: [] as string[] };
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    const content = contentOf(entry.name);
    // The index of the log is made again from the log.
    if (!content || LEFT_OUT.includes(content.name) || entry.name.endsWith('-shm')) continue;
    if (content.secret) parts.linked.push(entry.name);
    else if (!entry.isDirectory()) parts.copied.push(entry.name);
    else
      parts.copied.push(
        ...readdirSync(join(dataDir, entry.name))
          .filter((name) => isFileOf(content, name) && !name.endsWith('-shm'))
          .map((name) => join(entry.name, name)),
      );
  }
  return parts;
};

/** Changes whenever a file is written. */
const stateOf = (dataDir: string, paths: readonly string[]): string =>
  paths
    .map((path) => {
      const { ino, size, mtimeMs } = statSync(join(dataDir, path));
      return `${ino} ${size} ${mtimeMs}`;
    })
    .join();

const copyInto = (dataDir: string, copy: string): void => {
  const { copied, linked } = partsOf(dataDir);
  const before = stateOf(dataDir, copied);
  for (const path of copied) {
    makeFolder(join(copy, path, '..'));
    copyFileSync(join(dataDir, path), join(copy, path));
    // The copy of a file has its mode, which may forbid to write.
    chmodSync(join(copy, path), 0o600);
  }
  for (const name of linked) symlinkSync(realpathSync(join(dataDir, name)), join(copy, name));
  if (stateOf(dataDir, partsOf(dataDir).copied) !== before)
    throw new DataFolderInUse(dataDir, 'a process of another user, which writes into it');
};

/** A private copy of a folder, for as long as a command reads it. */
interface ReadableCopy {
  readonly dataDir: string;
  remove(): void;
}

/**
 * Copies a folder that cannot be written into the system's temporary folder, so that it can be opened like any other: SQLite
 * cannot read a file with a log from a read-only medium. Throws {@link DataFolderInUse} or {@link DataFolderBroken}.
 */
export const copyForReading = (dataDir: string): ReadableCopy => {
  let copy: string | undefined;
  const remove = (): void => {
    if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
  };
  try {
    // With mode 0700.
    copy = mkdtempSync(join(tmpdir(), 'oura-sleep-sync-read-'));
    copyInto(dataDir, copy);
    return { dataDir: copy, remove };
  } catch (error: unknown) {
    remove();
    if (error instanceof DataFolderInUse) throw error;
    throw new DataFolderBroken(
      dataDir,
      `it is read-only, and cannot be copied to ${tmpdir()} to be read: ${systemReason(error)}`,
      error,
    );
  }
};
