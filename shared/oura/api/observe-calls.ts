import type { MetricSink } from '../../core/metric-sink.ts';
import type { ObservedCall } from './attempt.ts';

/** Counts each call to Oura, whether it met the rate limit, and how long it took. */
export const observeCalls =
  (metrics: MetricSink) =>
  ({ status, ms }: ObservedCall): void => {
    metrics.count('ouraCalls', 1);
    metrics.count('ouraRateLimited', status === 429 ? 1 : 0);
    metrics.milliseconds('ouraLatency', ms);
  };

/** Passes the calls to `observe`. `take` returns how many there were since its last call. */
export const countCalls = (observe: (call: ObservedCall) => void) => {
  let made = 0;
  return {
    observe: (call: ObservedCall): void => {
      made += 1;
      observe(call);
    },
    take: (): number => {
      const taken = made;
      made = 0;
      return taken;
    },
  };
};
