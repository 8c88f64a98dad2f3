// How requests are spread over time: the generic cell rate algorithm (ITU-T I.371), whose whole state is one instant,
// the one until which the budget is spent. Pure; shared/aws/store/rate-limit.ts keeps the instant.

/** Whose requests: a backfill may spend half of what may be made at once, so that a daily run always finds the rest. */
export type Share = 'whole' | 'backfill';

/** So much of a minute's budget may be spent at once. */
const AT_ONCE: Readonly<Record<Share, number>> = { whole: 1 / 4, backfill: 1 / 8 };

/**
 * So much of it comes back evenly within a minute. With the quarter at once that makes 85 % in any minute: the rest is for
 * requests that leave up to a quarter of a minute after they were granted.
 */
const PER_MINUTE = 0.6;

/**
 * The budget is never spent further ahead than 25 s, or than one request where even that is longer (below 4 a minute). What
 * lies beyond this, or beyond two such requests, comes from another clock, and binds nobody.
 */
const FURTHEST_MS = 60_000;

/** What may be done now. */
export interface Grant {
  /** How many of the requests may be made now: 0 where none may yet. */
  readonly granted: number;
  /** Until when the budget is spent once they are made. */
  readonly spentUntil: number;
  /** After how many ms to ask again; 0 where something was granted. */
  readonly waitMs: number;
}

/** How many of `wanted` requests (at least one) may be made at `now` (epoch ms), given until when the budget is spent. */
export const grantRequests = (
  spentUntil: number,
  wanted: number,
  now: number,
  { requestsPerMinute, share }: { readonly requestsPerMinute: number; readonly share: Share },
): Grant => {
  const intervalMs = 60_000 / (PER_MINUTE * requestsPerMinute);
  const atOnce = Math.max(1, Math.floor(AT_ONCE[share] * requestsPerMinute));
  const from = spentUntil > now + Math.max(FURTHEST_MS, 2 * intervalMs) ? now : Math.max(spentUntil, now);
  // Rounded up, since epoch ms are whole: at the instant told, a request is granted.
  const room = Math.floor(atOnce - (from - now) / intervalMs + 1e-9);
  const granted = Math.max(0, Math.min(wanted, room));
  return {
    granted,
    spentUntil: from + Math.ceil(granted * intervalMs),
    waitMs: granted > 0 ? 0 : Math.ceil(from - now - (atOnce - 1) * intervalMs),
  };
};
