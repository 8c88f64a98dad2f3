import { retryDelaySeconds, retrySpanSeconds } from '../../shared/core/retry-delay.ts';

test('the deployed base puts at least two hours between the first and the fifth attempt', () => {
  const delays = [1, 2, 3, 4].map((attempt) => retryDelaySeconds(attempt, 480, 0));
  expect(delays.reduce((sum, delay) => sum + delay)).toBe(7200);
});

test('the span is the longest sum of the delays', () => {
  expect(retrySpanSeconds(5, 480)).toBe(9000);
});

test('jitter stretches a delay by at most a quarter and never shortens it', () => {
  expect(retryDelaySeconds(2, 100, 0)).toBe(200);
  expect(retryDelaySeconds(2, 100, 0.999)).toBe(250);
});

test('a delay is a whole number of seconds and at least one, as SQS requires', () => {
  expect(retryDelaySeconds(1, 0.1, 0)).toBe(1);
  expect(retryDelaySeconds(5, 0.1, 0)).toBe(2);
});

test('no delay exceeds the limit of SQS', () => {
  expect(retryDelaySeconds(20, 3600, 0.5)).toBe(12 * 3600 - 60);
});
