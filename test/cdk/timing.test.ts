import { readSettings } from '../../cdk/settings.ts';
import {
  deadLetterVisibilitySeconds,
  oldestWorkMessageSeconds,
  planTimeoutSeconds,
  workVisibilitySeconds,
} from '../../cdk/timing.ts';
import { retrySpanSeconds } from '../../shared/core/retry-delay.ts';

const defaults = readSettings({});

test('keeps a message invisible for six function timeouts and the batching window', () => {
  expect(workVisibilitySeconds(defaults)).toBe(361);
  expect(deadLetterVisibilitySeconds(defaults)).toBe(181);
});

test('allows a message the age of its longest retries, even if every invocation is lost', () => {
  // 480 * (1 + 2 + 4 + 8) * 1.25 = 9000, and five times 361.
  expect(oldestWorkMessageSeconds(defaults)).toBe(10_805);
});

test('waits in Plan for the work queue and the dead-letter queue, plus five minutes', () => {
  expect(planTimeoutSeconds(defaults)).toBe(10_805 + 5 * 181 + 300);
});

test('waits in Plan for some minutes even if every retry is immediate', () => {
  expect(planTimeoutSeconds(readSettings({ retryBaseSeconds: 0.01, maxReceiveCount: 1 }))).toBeGreaterThan(
    300,
  );
});

test.each([1, 2, 5, 8])('waits in Plan longer than %i attempts can take', (maxReceiveCount) => {
  const settings = readSettings({ maxReceiveCount });
  const attempts = maxReceiveCount * settings.workerTimeoutSeconds;
  expect(planTimeoutSeconds(settings)).toBeGreaterThan(
    retrySpanSeconds(maxReceiveCount, settings.retryBaseSeconds) + attempts,
  );
});

test('passes whole seconds to Step Functions for any base delay', () => {
  expect(planTimeoutSeconds(readSettings({ retryBaseSeconds: 0.3 })) % 1).toBe(0);
});
