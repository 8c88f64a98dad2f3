import { InternalServerError } from '@aws-sdk/client-dynamodb';
import { exitCodeOf, explain } from '../../services/cli/exit.ts';
import { UsageError } from '../../services/cli/usage-error.ts';
import { MoveFailed } from '../../services/operations/redrive/move-messages.ts';

test("a user's mistake is one sentence and exit code 2", () => {
  const mistake = new UsageError('--from lies after --to.');
  expect(explain(mistake)).toBe('--from lies after --to.');
  expect(exitCodeOf(mistake)).toBe(2);
});

test('an expected failure is one sentence and exit code 1', () => {
  const failure = new MoveFailed('FAILED', 'the queue is gone', 3);
  expect(explain(failure)).toBe(
    'SQS stopped the move with status FAILED after 3 messages: the queue is gone.',
  );
  expect(exitCodeOf(failure)).toBe(1);
});

test('a fault of a service is one sentence and exit code 1', () => {
  const fault = new InternalServerError({ $metadata: {}, message: 'Try again' });
  expect(explain(fault)).toBe('InternalServerError: Try again.');
  expect(exitCodeOf(fault)).toBe(1);
});

test.each([
  'The data folder data cannot be used: dynamodb.sqlite: database or disk is full',
  'A file of the data folder cannot be used: the largest file size is reached (ulimit -f)',
])('what the machine refuses has exit code 2, whether the command or a local service meets it', (message) => {
  expect(exitCodeOf(new InternalServerError({ $metadata: {}, message }))).toBe(2);
  const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
  expect(exitCodeOf(error)).toBe(2);
});

test('an unexpected error has a stack trace and exit code 1', () => {
  const bug = new TypeError('undefined is not a function');
  expect(explain(bug)).toContain('exit.test.ts');
  expect(exitCodeOf(bug)).toBe(1);
});
