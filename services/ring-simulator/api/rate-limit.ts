import { type RateLimit, type Reply, rateLimited } from './reply.ts';

/** Creates a rolling-window limiter. It returns the 429 for a request above the limit and counts the others. */
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
    return rateLimited(limit, Math.max(1, Math.ceil((oldest + window - now) / 1000)), now);
  };
};
