import { exitCodeOf, explain } from '../../services/cli/exit.ts';
import { UsageError } from '../../services/cli/usage-error.ts';
import { MoveFailed } from '../../services/operations/redrive/move-messages.ts';

test("a user's mistake is one sentence and exit 2", () => {
  const mistake = new UsageError('--from lies after --to.');
  expect(explain(mistake)).toBe('--from lies after --to.');
  expect(exitCodeOf(mistake)).toBe(2);
});

test('a failure that somebody foresaw is one sentence and exit 1', () => {
  const failure = new MoveFailed('FAILED', 'the queue is gone', 3);
  expect(explain(failure)).toBe('SQS ended the move as FAILED after 3 messages: the queue is gone');
  expect(exitCodeOf(failure)).toBe(1);
});

test('what nobody foresaw comes with its stack and exit 1', () => {
  const bug = new TypeError('undefined is not a function');
  expect(explain(bug)).toContain('exit.test.ts');
  expect(exitCodeOf(bug)).toBe(1);
});
