/** The throttle of API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html */
export interface Throttle {
  /** The tokens of a full bucket. */
  readonly burst: number;
  /** The tokens that return per second. */
  readonly rate: number;
}

/**
 * Creates a bucket of tokens, full at first. The returned function takes one and returns whether there was one: in `t` seconds
 * it returns true at most `burst + rate * t` times.
 * @param now milliseconds of a clock that never runs backwards
 */
export const createTokenBucket = ({ burst, rate }: Throttle, now: () => number): (() => boolean) => {
  let tokens = burst;
  let at = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - at) / 1000) * rate);
    at = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
