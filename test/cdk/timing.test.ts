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
  expect(deadLetterVisibilitySeconds(defaults)).toBe(180);
});

test('lets a message grow as old as its longest retries, each attempt lost with its invocation', () => {
  // 480 * (1 + 2 + 4 + 8) * 1.25 = 9000, and five times 361.
  expect(oldestWorkMessageSeconds(defaults)).toBe(10_805);
});

test('waits in Plan for work queue and dead-letter queue and five minutes more', () => {
  expect(planTimeoutSeconds(defaults)).toBe(10_805 + 5 * 180 + 300);
});

test('waits in Plan for some minutes even where every retry is immediate', () => {
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

test('hands Step Functions whole seconds, whatever the base', () => {
  expect(planTimeoutSeconds(readSettings({ retryBaseSeconds: 0.3 })) % 1).toBe(0);
});
