import { consequencesOf } from '../../core/errors.ts';
import type { OuraFailure } from '../errors.ts';
import { attemptTimeout, LONGEST_WAIT_IN_PLACE_MS, RETRY_BASE_MS } from './limits.ts';

// Every decision about retrying a request within one invocation. axios-retry does the retries (http.ts). Its own defaults
// are not used, because it would not retry a timeout, would retry any 429, and would share one timeout among attempts.

/**
 * Returns the base for a pipeline whose messages wait `retryBaseSeconds` before their second attempt: a quarter of that, at
 * most {@link RETRY_BASE_MS}. So the waits within an invocation are short compared to the queue's, locally too.
 */
export const retryBaseMs = (retryBaseSeconds: number): number =>
  Math.min(RETRY_BASE_MS, retryBaseSeconds * 250);

const JITTER = 0.25;

/**
 * Returns how long to wait (ms) before retry `retry` (1 is the first): it doubles, with jitter, so that parallel requests
 * do not return together, and is at least the wait of the response. `random` is in [0, 1].
 */
export const delayBefore = (retry: number, failure: OuraFailure, baseMs: number, random: number): number => {
  const delay = baseMs * 2 ** (retry - 1) * (1 + JITTER * random);
  return Math.max(failure.waitMs, delay);
};

/**
 * Whether to retry `failure` within this invocation: it is retryable, requires at most a short wait, and the longest wait and another attempt fit into the remaining time.
 */
export const isRepeated = (
  retry: number,
  failure: OuraFailure,
  baseMs: number,
  timeLeftMs: number,
): boolean => {
  if (!consequencesOf(failure).retryable || !failure.isRepeatable) return false;
  if (failure.waitMs > LONGEST_WAIT_IN_PLACE_MS) return false;
  return attemptTimeout(timeLeftMs - delayBefore(retry, failure, baseMs, 1)) !== undefined;
};
