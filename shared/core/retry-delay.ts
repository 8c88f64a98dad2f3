// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.

/** SQS keeps a message invisible for at most 12 hours from its receipt. This leaves a minute for the handler. */
const LONGEST_VISIBILITY_SECONDS = 12 * 3600 - 60;

/** A delay grows by up to a quarter and never shrinks, because the span below is a promise. */
const JITTER = 0.25;

/**
 * How long a message waits after its `attempt`-th failed attempt (1, 2, …), in the whole seconds that SQS requires:
 * base · 2^(attempt−1), plus up to a quarter by `random` (0 ≤ random < 1), at least 1 s.
 */
export const retryDelaySeconds = (attempt: number, baseSeconds: number, random: number): number =>
  Math.min(
    LONGEST_VISIBILITY_SECONDS,
    Math.max(1, Math.ceil(baseSeconds * 2 ** (attempt - 1) * (1 + JITTER * random))),
  );

/**
 * The longest time from the first to the last of `attempts` attempts, in seconds.
 * Deployed: 480 s · (1 + 2 + 4 + 8) = at least 2 h, at most 2 h 30 min.
 */
export const retrySpanSeconds = (attempts: number, baseSeconds: number): number =>
  Array.from({ length: attempts - 1 }, (_, index) => retryDelaySeconds(index + 1, baseSeconds, 1)).reduce(
    (sum, delay) => sum + delay,
    0,
  );
