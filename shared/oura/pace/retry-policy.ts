import { consequencesOf } from '../../core/errors.ts';
import type { OuraFailure } from '../errors.ts';
import { LONGEST_WAIT_IN_PLACE_MS } from './waits.ts';

// Every decision about repeating a request within one invocation. axios-retry carries it out (http.ts); its own defaults
// are not used, because it would not repeat a timeout, would repeat any 429, and would share one timeout among attempts.

/** Repeats after the first attempt. Past them the queue does the waiting. */
export const RETRIES = 3;

/** Base of the growing delay: 0.5, 1 and 2 s, each plus up to a quarter, so at most 4.4 s of waiting in all. */
export const RETRY_BASE_MS = 500;

/**
 * The base for a pipeline whose messages wait `retryBaseSeconds` before their second attempt: a quarter of that, and never
 * more than {@link RETRY_BASE_MS}. So the repeats within an invocation stay short beside the queue's, on one machine too.
 */
export const retryBaseMs = (retryBaseSeconds: number): number =>
  Math.min(RETRY_BASE_MS, retryBaseSeconds * 250);

/** One attempt, from connecting to the last byte. The slowest answer we expect (two years of sleep) takes a few seconds. */
export const ATTEMPT_TIMEOUT_MS = 10_000;

/** Kept back from the invocation, for what follows the last answer: writing the ledger, returning the messages. */
export const RESERVE_MS = 1_000;

/** An attempt that could not last this long is not begun: a TLS handshake with Oura and one answer need about as much. */
export const LEAST_ATTEMPT_MS = 250;

const JITTER = 0.25;

/** How long the next attempt may take (ms), given what is left of the invocation; undefined where it is not worth beginning. */
export const attemptTimeout = (timeLeftMs: number): number | undefined => {
  const timeout = Math.min(ATTEMPT_TIMEOUT_MS, timeLeftMs - RESERVE_MS);
  return timeout >= LEAST_ATTEMPT_MS ? timeout : undefined;
};

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
