import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './make-folder.ts';

const writeAndSync = (path: string, text: string): void => {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/**
 * Replaces the file at `path` atomically, with mode 0600. After this function returns, the text survives a crash of the
 * machine.
 */
export const writeDurably = (path: string, text: string): void => {
  // Named after the process, because two processes may write the same file.
  const temporary = `${path}.${process.pid}.new`;
  try {
    writeAndSync(temporary, text);
    renameSync(temporary, path);
  } catch (error: unknown) {
    rmSync(temporary, { force: true });
    throw error;
  }
  // The folder records the new name.
  syncFolder(dirname(path));
};
