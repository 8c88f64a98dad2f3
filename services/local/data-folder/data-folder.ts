import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { closeToOthers } from './close-to-others.ts';
import { LOCK_FILE } from './contents.ts';
import { DataFolderBroken, DataFolderInUse } from './errors.ts';
import { refuseOtherFolder } from './is-data-folder.ts';
import { makeFolder } from './make-folder.ts';

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy. */
const SQLITE_BUSY = 5;

/**
 * Creates `dataDir` if it is missing, and sets its mode to 0700. Throws {@link DataFolderBroken}, and
 * {@link NotADataFolder} before it changes anything.
 */
export const makeDataFolder = (dataDir: string): void => {
  refuseOtherFolder(dataDir);
  try {
    makeFolder(resolve(dataDir));
    if (!statSync(dataDir).isDirectory()) throw new Error('it is a file, not a folder');
    // An existing folder keeps its mode otherwise, and it holds health data.
    chmodSync(dataDir, 0o700);
    closeToOthers(dataDir);
    const lock = join(dataDir, LOCK_FILE);
    // Commands recognize a data folder by it, also before the first start.
    if (!existsSync(lock)) closeSync(openSync(lock, 'a', 0o600));
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, systemReason(error), error);
  }
};

/** When the data folder was made or restored (ISO 8601), null if it was not: SQLite locks the file without writing to it. */
export const folderMadeAt = (dataDir: string): string | null =>
  statSync(join(dataDir, LOCK_FILE), { throwIfNoEntry: false })?.mtime.toISOString() ?? null;

/**
 * Locks `dataDir` for this process and returns a function that unlocks it. SQLite holds the lock on a separate file, and
 * the system releases it when the process ends. Throws {@link DataFolderInUse}, {@link DataFolderBroken} or
 * {@link NotADataFolder}.
 */
export const lockDataFolder = (dataDir: string): (() => void) => {
  makeDataFolder(dataDir);
  try {
    const lock = new DatabaseSync(join(dataDir, LOCK_FILE));
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error: unknown) {
      lock.close();
      throw error;
    }
    return () => lock.close();
  } catch (error: unknown) {
    const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : 0;
    if (code === SQLITE_BUSY) throw new DataFolderInUse(dataDir);
    throw new DataFolderBroken(dataDir, `${LOCK_FILE}: ${systemReason(error)}`, error);
  }
};
