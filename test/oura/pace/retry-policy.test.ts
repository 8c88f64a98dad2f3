import { OuraRateLimited, OuraRejected, OuraUnavailable } from '../../../shared/oura/errors.ts';
import { attemptTimeout, LONGEST_WAIT_IN_PLACE_MS, REQUEST } from '../../../shared/oura/pace/limits.ts';
import { delayBefore, isRepeated, retryBaseMs } from '../../../shared/oura/pace/retry-policy.ts';

const unavailable = new OuraUnavailable({ collection: 'sleep', what: 'timeout' });
const limited = (waitMs: number) => new OuraRateLimited({ collection: 'sleep', waitMs });

test.each([
  [900_000, REQUEST.longestMs],
  [REQUEST.longestMs + REQUEST.reserveMs, REQUEST.longestMs],
  [5_000, 5_000 - REQUEST.reserveMs],
  [5_000.6, 5_000 - REQUEST.reserveMs],
  [REQUEST.reserveMs + REQUEST.leastMs, REQUEST.leastMs],
  [REQUEST.reserveMs + REQUEST.leastMs - 1, undefined],
  [-5, undefined],
])('with %i ms left, an attempt may take %p', (left, expected) => {
  expect(attemptTimeout(left)).toBe(expected);
});

test.each([
  [1, 500, 625],
  [2, 1_000, 1_250],
  [3, 2_000, 2_500],
])('waits before retry %i between %i and %i ms', (retry, shortest, longest) => {
  expect(delayBefore(retry, unavailable, 500, 0)).toBe(shortest);
  expect(delayBefore(retry, unavailable, 500, 1)).toBe(longest);
});

test('waits as long as a 429 requires, and at least its own delay', () => {
  expect(delayBefore(1, limited(1_500), 500, 0)).toBe(1_500);
  expect(delayBefore(1, limited(0), 500, 0)).toBe(500);
});

test.each([
  ['unavailability', unavailable, 60_000, true],
  [
    'unavailability where the wait and an attempt just fit',
    unavailable,
    625 + REQUEST.reserveMs + REQUEST.leastMs,
    true,
  ],
  ['unavailability if they do not fit', unavailable, 624 + REQUEST.reserveMs + REQUEST.leastMs, false],
  ['a short rate limit', limited(LONGEST_WAIT_IN_PLACE_MS), 60_000, true],
  ['a short rate limit that does not fit', limited(LONGEST_WAIT_IN_PLACE_MS), 3_000, false],
  ['a long rate limit', limited(LONGEST_WAIT_IN_PLACE_MS + 1), 60_000, false],
  [
    'a reply that is too large',
    new OuraUnavailable({ collection: 'sleep', what: 'too large' }),
    60_000,
    false,
  ],
  ['a rejection', new OuraRejected({ collection: 'sleep', status: 422 }), 60_000, false],
])('decides whether to retry %s: %#', (_, failure, timeLeft, expected) => {
  expect(isRepeated(1, failure, 500, timeLeft)).toBe(expected);
});

test.each([
  [480, 500],
  [1, 250],
  [0.1, 25],
])('if messages wait %d s, retries within an invocation start at %d ms', (seconds, milliseconds) => {
  expect(retryBaseMs(seconds)).toBe(milliseconds);
});
