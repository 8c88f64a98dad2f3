/** The usual error codes of files, as clauses. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'no space left in your quota',
  EFBIG: 'the largest file size is reached (ulimit -f)',
  EMFILE: 'too many files are open (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EIO: 'the disk reports an error',
};

/** The codes of a machine that has no room, no permission or no disk: no bug, and the user must act. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EMFILE',
  'ENFILE',
  'EIO',
]);

/** SQLite's primary result codes for the same, https://sqlite.org/rescode.html: PERM, READONLY, IOERR, FULL, CANTOPEN. */
const SQLITE_WORDS: Readonly<Record<number, string>> = {
  3: 'not permitted',
  8: 'it is read-only',
  10: 'the disk cannot be read or written, or a limit is reached (ulimit -f)',
  13: 'no space left',
  14: 'it cannot be opened or created: not permitted, no space left, or too many files are open',
};

const textOf = (error: unknown, property: 'code' | 'syscall' | 'message'): string | undefined => {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** The error code of the operating system; undefined for any other error. */
export const systemCode = (error: unknown): string | undefined =>
  textOf(error, 'syscall') === undefined ? undefined : textOf(error, 'code');

/** The primary result code of an error of SQLite; undefined for any other error. */
export const sqliteCode = (error: unknown): number | undefined => {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'errcode') : undefined;
  // Extended codes have the primary code in the low byte.
  return typeof code === 'number' ? code & 0xff : undefined;
};

/** Whether the machine refused, such as a full disk or a limit, rather than that the program is wrong. */
export const isOfTheMachine = (error: unknown): boolean => {
  const sqlite = sqliteCode(error);
  return sqlite === undefined ? OF_THE_MACHINE.has(systemCode(error) ?? '') : sqlite in SQLITE_WORDS;
};

/** Returns the reason for a person: the code in words, else the code, else the error's message. */
export const systemReason = (error: unknown): string => {
  const sqlite = sqliteCode(error);
  if (sqlite !== undefined && sqlite in SQLITE_WORDS) return SQLITE_WORDS[sqlite] ?? '';
  const code = systemCode(error);
  if (code === undefined) return textOf(error, 'message') ?? String(error);
  return WORDS[code] ?? code;
};

/** One sentence without a full stop about something that the machine refused ({@link isOfTheMachine}). */
export const refusalSentence = (error: unknown): string => {
  const path = typeof error === 'object' && error !== null ? Reflect.get(error, 'path') : undefined;
  return `${typeof path === 'string' ? path : 'A file of the data folder'} cannot be used: ${systemReason(error)}`;
};
