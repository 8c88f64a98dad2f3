import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes names in a folder survive a crash of the machine. */
export const syncFolder = (folder: string): void => {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

export const isForbidden = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EACCES';

/**
 * Creates a folder and its missing parents one by one, with mode 0700. After this function returns, they survive a crash
 * of the machine. Node's recursive mkdir never returns below a parent that accepts no folders, such as /proc.
 */
export const makeFolder = (path: string): void => {
  if (existsSync(path)) return;
  const parent = dirname(path);
  makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error: unknown) {
    // Another process may have created it in the meantime.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
  try {
    syncFolder(parent);
  } catch (error: unknown) {
    // A user may add to a folder of others without reading it, and only readers can sync it.
    if (!isForbidden(error)) throw error;
  }
};

/** Gives a complete file or folder its name, which then survives a crash of the machine. */
export const renameDurably = (from: string, to: string): void => {
  renameSync(from, to);
  syncFolder(dirname(to));
};
