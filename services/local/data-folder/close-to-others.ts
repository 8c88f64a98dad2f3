import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf } from './contents.ts';

/** The rights of the group and of everyone else. */
const OF_OTHERS = 0o077;

/** Returns whether `path` is a folder. */
const close = (path: string): boolean => {
  // A file that another process was writing may be gone.
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status || status.isSymbolicLink()) return false;
  try {
    if ((status.mode & OF_OTHERS) !== 0) chmodSync(path, status.mode & 0o700);
  } catch {
    // Of another user, or on a read-only medium. The data folder itself is closed.
  }
  return status.isDirectory();
};

/**
 * Takes the rights of others from our files in a data folder: a copy has those of the umask, and so have files that SQLite
 * created for an earlier version. Leaves other files alone.
 */
export const closeToOthers = (dataDir: string): void => {
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    if (!contentOf(name) || !close(path)) continue;
    for (const file of readdirSync(path)) close(join(path, file));
  }
};
