import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './write-durably.ts';

/** A small text file in a data folder that says something about the folder. */
export interface FolderNote {
  /** Undefined in a new folder, and in an unreadable one, which opening it reports. */
  read(): string | undefined;
  /** Leaves a note that says the same as it is: each start would otherwise write it, on a full disk too. */
  write(text: string): void;
}

export const folderNote = (dataDir: string, name: string): FolderNote => {
  const path = join(dataDir, name);
  const read = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  return {
    read,
    write: (text) => {
      if (read() !== text) writeDurably(path, `${text}\n`);
    },
  };
};
