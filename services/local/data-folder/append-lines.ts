import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './make-folder.ts';
import { named, writeAll } from './write-durably.ts';

const NEWLINE = '\n'.charCodeAt(0);

/** Whether a crash of the machine has left a part of a line at the end. */
const endsInLine = (file: number, size: number): boolean => {
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
};

/**
 * Appends whole lines to a file, which it creates with mode 0600. If the disk has no room for all of `text`, nothing is
 * appended: a reader never finds a part of a line.
 * @param durable whether the lines survive a crash of the machine after this function returns, which takes about 2 ms
 */
export const appendLines = (path: string, text: string | Uint8Array, durable = false): void => {
  const file = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.concat([Buffer.from(endsInLine(file, size) ? '\n' : ''), Buffer.from(text)]);
    try {
      writeAll(file, bytes);
      if (durable) fsyncSync(file);
    } catch (error: unknown) {
      ftruncateSync(file, size);
      throw named(error, path);
    }
    if (durable && size === 0) syncFolder(dirname(path));
  } finally {
    closeSync(file);
  }
};
