import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { OuraRateLimited, RateBudgetSpent } from '../errors.ts';
import { attemptTimeout, LONGEST_BUDGET_WAIT_MS, LONGEST_WAIT_MS } from './limits.ts';
import type { RateLimit, RateLimitState } from './rate-limit.ts';
import { grantRequests, type Share } from './request-pace.ts';

/** The requests that all workers together may make. */
export interface RateBudget {
  /**
   * Resolves when a request may be made. Throws {@link OuraRateLimited} if Oura requires a wait, and
   * {@link RateBudgetSpent} if our own budget requires a wait that does not fit into the time left.
   */
  admit(share: Share): Promise<void>;
}

export interface RateBudgetOptions {
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  readonly requestsPerMinute: number;
  /** Milliseconds left for this invocation. */
  readonly timeLeft: () => number;
}

interface Waiting {
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

/** Creates a budget for one invocation. Requests made at once, like a window's four, cost one update of the ledger. */
export const createRateBudget = ({
  rateLimit,
  clock,
  requestsPerMinute,
  timeLeft,
}: RateBudgetOptions): RateBudget => {
  let seen: RateLimitState | undefined;
  const queues: Record<Share, Waiting[]> = { whole: [], backfill: [] };

  /** Admits as many requests of `queue` as possible. If none, returns how long to wait. Throws an error that applies to all. */
  const admitSome = async (queue: Waiting[], share: Share): Promise<number> => {
    const state = seen ?? (await rateLimit.get());
    const now = clock.now();
    const wait = state.notBefore - now;
    if (wait > 0 && wait <= LONGEST_WAIT_MS) {
      throw new OuraRateLimited({ collection: 'sleep', waitMs: wait });
    }
    const { lowered } = state;
    const allowed =
      lowered && lowered.until > now
        ? Math.min(requestsPerMinute, lowered.requestsPerMinute)
        : requestsPerMinute;
    const grant = grantRequests(state.spentUntil, queue.length, now, { requestsPerMinute: allowed, share });
    if (grant.granted === 0) {
      seen = undefined;
      return grant.waitMs;
    }
    const isSpent = await rateLimit.spend(state, grant.spentUntil);
    // If not, another worker was faster: read again.
    seen = isSpent ? { ...state, spentUntil: grant.spentUntil } : undefined;
    if (isSpent) for (const { admit } of queue.splice(0, grant.granted)) admit();
    return 0;
  };

  const serve = async (share: Share): Promise<void> => {
    const queue = queues[share];
    let stayed = 0;
    try {
      while (queue.length > 0) {
        const waitMs = await admitSome(queue, share);
        if (waitMs === 0) continue;
        stayed += waitMs;
        if (stayed > LONGEST_BUDGET_WAIT_MS || attemptTimeout(timeLeft() - waitMs) === undefined) {
          throw new RateBudgetSpent({ requestsPerMinute, waitMs });
        }
        await delay(waitMs);
      }
    } catch (error: unknown) {
      for (const { refuse } of queue.splice(0)) refuse(error);
    }
  };

  return {
    admit: (share) =>
      new Promise((admit, refuse) => {
        const isFirst = queues[share].push({ admit, refuse }) === 1;
        // In the next turn, so that all requests of this turn are admitted together.
        if (isFirst) setImmediate(() => serve(share));
      }),
  };
};
