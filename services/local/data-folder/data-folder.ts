import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderBroken, DataFolderInUse } from './errors.ts';

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy. */
const SQLITE_BUSY = 5;

/** A data folder that this process owns. */
export interface DataFolder {
  readonly path: string;
  end(): void;
}

/** Why the system refused. */
export const reasonOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/**
 * Makes the folder, and its parents where they are missing, one by one: below a parent that takes no folders, such as
 * /proc, Node's own recursive mkdir never returns.
 */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
};

/** Makes `dataDir` where it is missing, and this user's alone: mode 0700. Throws {@link DataFolderBroken}. */
export const makeDataFolder = (dataDir: string): void => {
  try {
    makeFolder(resolve(dataDir));
    if (!statSync(dataDir).isDirectory()) throw new Error('it is a file, not a folder');
    // A folder that was there keeps its mode otherwise; it holds health data.
    chmodSync(dataDir, 0o700);
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, reasonOf(error), error);
  }
};

/**
 * Takes `dataDir` (made where missing, mode 0700) for this process alone. The owner lock is SQLite's, held on a file of
 * its own: the system releases it when the process ends, however it ends. LevelDB's lock alone would not do, since
 * dynalite turns a lock it cannot get into an uncaught exception.
 * Throws {@link DataFolderInUse} or {@link DataFolderBroken}.
 */
export const claimDataFolder = (dataDir: string): DataFolder => {
  makeDataFolder(dataDir);
  try {
    const lock = new DatabaseSync(join(dataDir, 'owner.lock'));
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error: unknown) {
      lock.close();
      throw error;
    }
    return { path: dataDir, end: () => lock.close() };
  } catch (error: unknown) {
    const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : 0;
    if (code === SQLITE_BUSY) throw new DataFolderInUse(dataDir);
    throw new DataFolderBroken(dataDir, reasonOf(error), error);
  }
};
