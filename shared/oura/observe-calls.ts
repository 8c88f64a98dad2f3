import type { MetricSink } from '../runtime/metrics.ts';
import type { ObservedCall } from './attempt.ts';

/** Counts each call to Oura, whether it met the rate limit, and how long it took. */
export const observeCalls =
  (metrics: MetricSink) =>
  ({ status, ms }: ObservedCall): void => {
    metrics.count('ouraCalls', 1);
    metrics.count('ouraRateLimited', status === 429 ? 1 : 0);
    metrics.milliseconds('ouraLatency', ms);
  };
