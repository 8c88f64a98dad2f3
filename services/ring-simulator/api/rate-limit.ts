import { type Reply, rateLimited } from './reply.ts';

/** So many requests in any window of so many seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** A rolling window: gives the 429 for a request that is one too many, and counts the others. */
export const createRateLimiter = (limit: RateLimit | undefined): ((now: number) => Reply | undefined) => {
  let admitted: number[] = [];
  return (now) => {
    if (limit === undefined) return undefined;
    const window = limit.windowSeconds * 1000;
    admitted = admitted.filter((at) => at > now - window);
    const [oldest] = admitted;
    if (admitted.length < limit.requests || oldest === undefined) {
      admitted.push(now);
      return undefined;
    }
    const retryAfterSeconds = Math.max(1, Math.ceil((oldest + window - now) / 1000));
    return rateLimited({
      limit: limit.requests,
      windowSeconds: limit.windowSeconds,
      retryAfterSeconds,
      now,
    });
  };
};
