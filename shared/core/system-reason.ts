/** The usual error codes of files, as clauses. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EMFILE: 'too many files are open',
};

const textOf = (error: unknown, property: 'code' | 'syscall' | 'message'): string | undefined => {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** The error code of the operating system; undefined for any other error. */
export const systemCode = (error: unknown): string | undefined =>
  textOf(error, 'syscall') === undefined ? undefined : textOf(error, 'code');

/** Returns the reason for a person: the code in words, else the code, else the error's message. */
export const systemReason = (error: unknown): string => {
  const code = systemCode(error);
  if (code === undefined) return textOf(error, 'message') ?? String(error);
  return WORDS[code] ?? code;
};
