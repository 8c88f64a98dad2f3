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
    'SQS stopped the move with status FAILED after 3 messages: the queue is gone',
  );
  expect(exitCodeOf(failure)).toBe(1);
});

test('a fault of a service is one sentence and exit code 1', () => {
  const message = 'The data folder data cannot be used: dynamodb.sqlite: database or disk is full';
  const fault = new InternalServerError({ $metadata: {}, message });
  expect(explain(fault)).toBe(`InternalServerError: ${message}`);
  expect(exitCodeOf(fault)).toBe(1);
});

test('an unexpected error has a stack trace and exit code 1', () => {
  const bug = new TypeError('undefined is not a function');
  expect(explain(bug)).toContain('exit.test.ts');
  expect(exitCodeOf(bug)).toBe(1);
});
