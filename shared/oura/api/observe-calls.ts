import type { MetricSink } from '../../core/metric-sink.ts';
import type { ObservedCall } from './attempt.ts';

/** Counts each call to Oura, and whether it met the rate limit. */
export const observeCalls =
  (metrics: MetricSink) =>
  ({ status }: ObservedCall): void => {
    metrics.count('ouraCalls', 1);
    metrics.count('ouraRateLimited', status === 429 ? 1 : 0);
  };

/** As {@link observeCalls}, and measures how long each call took. A metric per function costs 1.2 cents a month. */
export const measureCalls = (metrics: MetricSink) => {
  const observe = observeCalls(metrics);
  return (call: ObservedCall): void => {
    observe(call);
    metrics.milliseconds('ouraLatency', call.ms);
  };
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
