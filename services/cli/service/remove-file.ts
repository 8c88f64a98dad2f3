import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../local/data-folder/make-folder.ts';

/** Removes a file so that it does not return after a crash of the machine. */
export const removeFile = (path: string): void => {
  rmSync(path, { force: true });
  syncFolder(dirname(path));
};
