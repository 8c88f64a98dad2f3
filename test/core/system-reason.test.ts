import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  isOfTheMachine,
  refusalSentence,
  sqliteCode,
  systemCode,
  systemReason,
} from '../../shared/core/system-reason.ts';

const refusalOf = (act: () => void): unknown => {
  try {
    act();
  } catch (error: unknown) {
    return error;
  }
  throw new Error('nothing was refused');
};
const reading = (path: string): unknown => refusalOf(() => readFileSync(path));

/** An error of the system that no test can cause on every machine. */
const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: write`), { code, syscall: 'write' });

test.each([
  ['/nowhere/x', 'ENOENT', 'there is no such file or folder'],
  [tmpdir(), 'EISDIR', 'it is a folder'],
  [join(import.meta.filename, 'x'), 'ENOTDIR', 'a part of the path is not a folder'],
])('describes what %s is refused with in words, and the user is wrong', (path, code, words) => {
  const error = reading(path);
  expect([systemCode(error), sqliteCode(error), systemReason(error)]).toEqual([code, undefined, words]);
  expect(isOfTheMachine(error)).toBe(false);
});

test.each([
  ['EACCES', 'not permitted'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left'],
  ['EDQUOT', 'no space left in your quota'],
  ['EFBIG', 'the largest file size is reached (ulimit -f)'],
  ['EMFILE', 'too many files are open (ulimit -n)'],
  ['ENFILE', 'too many files are open on this machine'],
  ['EIO', 'the disk reports an error'],
])('with %s the machine refuses: %s', (code, words) => {
  expect([systemReason(systemError(code)), isOfTheMachine(systemError(code))]).toEqual([words, true]);
});

test.each([
  [
    8,
    'it is read-only',
    () => new DatabaseSync(':memory:').exec('PRAGMA query_only = 1; CREATE TABLE t (a)'),
  ],
  [
    13,
    'no space left',
    () => new DatabaseSync(':memory:').exec('PRAGMA max_page_count = 1; CREATE TABLE t (a)'),
  ],
  [
    14,
    'it cannot be opened or created: not permitted, no space left, or too many files are open',
    () => new DatabaseSync('/nowhere/x'),
  ],
])('with the result code %i of SQLite the machine refuses: %s', (code, words, act) => {
  const error = refusalOf(act);
  expect([sqliteCode(error), systemReason(error), isOfTheMachine(error)]).toEqual([code, words, true]);
});

test.each([
  [3, 'not permitted'],
  [10, 'the disk cannot be read or written, or a limit is reached (ulimit -f)'],
  [10 + 256 * 13, 'the disk cannot be read or written, or a limit is reached (ulimit -f)'],
])('an extended code of SQLite, %i, has its primary code in the low byte', (errcode, words) => {
  expect(systemReason({ errcode })).toBe(words);
});

test('an error of SQLite in the program is not of the machine, and keeps its message', () => {
  const error = refusalOf(() => new DatabaseSync(':memory:').exec('SELECT nothing'));
  expect([sqliteCode(error), isOfTheMachine(error)]).toEqual([1, false]);
  expect(systemReason(error)).toContain('nothing');
});

test('prints an unknown code unchanged', () => {
  expect(systemReason(reading('x'.repeat(5_000)))).toBe('ENAMETOOLONG');
});

test.each([
  [new Error('a bug'), 'a bug'],
  // A code without a call of the system is another program's.
  [Object.assign(new Error('a request'), { code: 'EIO' }), 'a request'],
  ['a text', 'a text'],
  [null, 'null'],
  [{ code: 'EIO', syscall: 7, message: 8 }, '[object Object]'],
])('keeps the message of any other error: %p', (error, message) => {
  expect([systemCode(error), sqliteCode(error), isOfTheMachine(error)]).toEqual([
    undefined,
    undefined,
    false,
  ]);
  expect(systemReason(error)).toBe(message);
});

test('a refusal names its path, if the system does', () => {
  expect(refusalSentence(reading('/nowhere/x'))).toBe(
    '/nowhere/x cannot be used: there is no such file or folder',
  );
  for (const error of [systemError('ENOSPC'), { errcode: 13 }, { errcode: 13, path: 7 }])
    expect(refusalSentence(error)).toBe('A file of the data folder cannot be used: no space left');
  expect(refusalSentence(null)).toBe('A file of the data folder cannot be used: null');
});
