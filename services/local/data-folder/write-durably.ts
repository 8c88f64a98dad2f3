import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const flush = (path: string, flags: string, text?: string): void => {
  const file = openSync(path, flags, 0o600);
  try {
    if (text !== undefined) writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/**
 * Puts `text` at `path`, readable by the owner only: whoever reads finds what was there or all of it, and once this has
 * returned all of it, after a crash of the machine too.
 */
export const writeDurably = (path: string, text: string): void => {
  // Named after the process: two of them may write the same file.
  const temporary = `${path}.${process.pid}.new`;
  try {
    flush(temporary, 'w', text);
    renameSync(temporary, path);
  } catch (error: unknown) {
    rmSync(temporary, { force: true });
    throw error;
  }
  // The new name is the folder's to keep.
  flush(dirname(path), 'r');
};
