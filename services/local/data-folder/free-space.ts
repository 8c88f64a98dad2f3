import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What is left on the disk of a folder. */
export interface FreeSpace {
  /** The folder, or the parent in which it would be created. */
  readonly place: string;
  readonly bytes: number;
  /** How many files can be created; undefined if the file system has no such limit. */
  readonly files: number | undefined;
}

const MB = 1_000_000;
/** A year of nights takes about 10 MB with its log. Below this, the next runs may fail. */
const LEAST_FREE_BYTES = 100 * MB;
/** A start creates about 15 files. */
const LEAST_FREE_FILES = 50;

/** Reads the free space at `dataDir`, which may not exist yet. */
export const freeSpace = async (dataDir: string): Promise<FreeSpace> => {
  let place = resolve(dataDir);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize, files, ffree } = await statfs(place);
  return { place, bytes: bavail * bsize, files: files === 0 ? undefined : ffree };
};

/** `12 MB free`, or `3 files free` if those run out first. */
export const describeFreeSpace = ({ bytes, files }: FreeSpace): string => {
  if (files !== undefined && files < LEAST_FREE_FILES) return `${files} files (inodes) free`;
  return bytes >= 1000 * MB
    ? `${Math.floor(bytes / MB / 1000)} GB free`
    : `${Math.floor(bytes / MB)} MB free`;
};

/** Whether the next runs may fail for want of space. */
export const isNearlyFull = ({ bytes, files }: FreeSpace): boolean =>
  bytes < LEAST_FREE_BYTES || (files !== undefined && files < LEAST_FREE_FILES);
