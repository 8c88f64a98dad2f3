import type { CLOUDWATCH_METRIC } from './names.ts';

type MetricKey = keyof typeof CLOUDWATCH_METRIC;

/** Counts and latencies for CloudWatch. Never a health value. */
export interface MetricSink {
  /** Adds `value` to the count; 0 is not sent. */
  count(metric: MetricKey, value: number): void;
  /** Sends one observation of a number for which 0 has a meaning. */
  level(metric: MetricKey, value: number): void;
  /** Sends one observation of a duration. */
  milliseconds(metric: MetricKey, value: number): void;
  /** Writes everything added since the last flush. */
  flush(): void;
}
