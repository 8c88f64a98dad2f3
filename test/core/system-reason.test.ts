import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { systemCode, systemReason } from '../../shared/core/system-reason.ts';

const refusalOf = (path: string): unknown => {
  try {
    readFileSync(path);
  } catch (error: unknown) {
    return error;
  }
  throw new Error(`${path} can be read`);
};

test('describes error codes of the system in words', () => {
  expect(systemReason(refusalOf('/nowhere/x'))).toBe('there is no such file or folder');
  expect(systemReason(refusalOf(tmpdir()))).toBe('it is a folder');
});

test('prints an unknown code unchanged', () => {
  expect(systemReason(refusalOf('x'.repeat(5_000)))).toBe('ENAMETOOLONG');
});

test('keeps the message of any other error', () => {
  expect(systemCode(new Error('a bug'))).toBeUndefined();
  expect(systemReason(new Error('a bug'))).toBe('a bug');
});
