import { consequencesOf } from '../../core/errors.ts';
import type { OuraFailure } from '../errors.ts';
import { attemptTimeout, LONGEST_WAIT_IN_PLACE_MS, RETRY_BASE_MS } from './limits.ts';

// Every decision about repeating a request within one invocation. axios-retry carries it out (http.ts); its own defaults
// are not used, because it would not repeat a timeout, would repeat any 429, and would share one timeout among attempts.

/**
 * The base for a pipeline whose messages wait `retryBaseSeconds` before their second attempt: a quarter of that, and never
 * more than {@link RETRY_BASE_MS}. So the repeats within an invocation stay short beside the queue's, on one machine too.
 */
export const retryBaseMs = (retryBaseSeconds: number): number =>
  Math.min(RETRY_BASE_MS, retryBaseSeconds * 250);

const JITTER = 0.25;

/**
 * How long to wait (ms) before repeat `retry` (1 is the first): growing twofold, with jitter, so that parallel requests
 * do not return in step; never less than the answer asked for. `random` is in [0, 1].
 */
export const delayBefore = (retry: number, failure: OuraFailure, baseMs: number, random: number): number => {
  const delay = baseMs * 2 ** (retry - 1) * (1 + JITTER * random);
  return Math.max(failure.waitMs, delay);
};

/**
 * Whether `failure` is repeated within this invocation: only where it is retryable, where it asks for a short wait or none, and where the longest wait and a further attempt fit into the time that is left.
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
