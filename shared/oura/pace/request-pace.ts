// Spreads requests over time with the generic cell rate algorithm (ITU-T I.371). Its whole state is one instant,
// until which the budget is spent. Pure: shared/aws/store/rate-limit.ts stores the instant.

/** The share of a run: a backfill may spend half of the burst, so that a daily run always finds the rest. */
export type Share = 'whole' | 'backfill';

/** The part of a minute's budget that may be spent at once. */
const AT_ONCE: Readonly<Record<Share, number>> = { whole: 1 / 4, backfill: 1 / 8 };

/**
 * The part that is refilled evenly within a minute. With the quarter at once, that is 85 % in any minute. The rest is for
 * requests that leave up to a quarter of a minute after they were granted.
 */
const PER_MINUTE = 0.6;

/**
 * The budget is never spent further ahead than 25 s, or than one request if that is longer (below 4 a minute). An instant
 * beyond this, or beyond two such requests, comes from a wrong clock and is ignored.
 */
const FURTHEST_MS = 60_000;

/** The requests that may be made now. */
export interface Grant {
  /** How many of the requests may be made now. */
  readonly granted: number;
  /** Until when the budget is spent after them. */
  readonly spentUntil: number;
  /** After how many ms to try again; 0 if a request was granted. */
  readonly waitMs: number;
}

/** Returns how many of `wanted` requests (at least one) may be made at `now` (epoch ms). */
export const grantRequests = (
  spentUntil: number,
  wanted: number,
  now: number,
  { requestsPerMinute, share }: { readonly requestsPerMinute: number; readonly share: Share },
): Grant => {
  const intervalMs = 60_000 / (PER_MINUTE * requestsPerMinute);
  const atOnce = Math.max(1, Math.floor(AT_ONCE[share] * requestsPerMinute));
  const from = spentUntil > now + Math.max(FURTHEST_MS, 2 * intervalMs) ? now : Math.max(spentUntil, now);
  // Rounded up, because epoch ms are whole: at the returned instant, a request is granted.
  const room = Math.floor(atOnce - (from - now) / intervalMs + 1e-9);
  const granted = Math.max(0, Math.min(wanted, room));
  return {
    granted,
    spentUntil: from + Math.ceil(granted * intervalMs),
    waitMs: granted > 0 ? 0 : Math.ceil(from - now - (atOnce - 1) * intervalMs),
  };
};
