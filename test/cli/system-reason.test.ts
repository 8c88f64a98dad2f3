import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { systemCode, systemReason } from '../../services/cli/system-reason.ts';

const refusalOf = (path: string): unknown => {
  try {
    readFileSync(path);
  } catch (error: unknown) {
    return error;
  }
  throw new Error(`${path} can be read`);
};

test('what the system refuses is said in words', () => {
  expect(systemReason(refusalOf('/nowhere/x'))).toBe('there is no such file or folder');
  expect(systemReason(refusalOf(tmpdir()))).toBe('it is a folder');
});

test('a code that has no words is told as it is', () => {
  expect(systemReason(refusalOf('x'.repeat(5_000)))).toBe('ENAMETOOLONG');
});

test('what the system did not refuse keeps its own message', () => {
  expect(systemCode(new Error('a bug'))).toBeUndefined();
  expect(systemReason(new Error('a bug'))).toBe('a bug');
});
