import { WorkoutFileUnusable } from './read-workout-file.ts';

/** UTF-16 has a byte order mark, or a NUL beside every Latin letter. Binary files contain NULs too. */
const isOther = (bytes: Buffer): boolean =>
  ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex')) || bytes.includes(0);

/** Decodes a file. Throws {@link WorkoutFileUnusable} for UTF-16 and binary files. */
export const fileText = (bytes: Buffer): string => {
  if (isOther(bytes)) throw new WorkoutFileUnusable('it is not UTF-8 text: save it as UTF-8');
  return bytes.toString('utf8');
};
