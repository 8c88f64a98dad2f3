import type { CLOUDWATCH_METRIC } from './names.ts';

type MetricKey = keyof typeof CLOUDWATCH_METRIC;

/** Sends counts and latencies to CloudWatch. Never a health value. */
export interface MetricSink {
  /** Adds `value` to the count; 0 is not sent. */
  count(metric: MetricKey, value: number): void;
  /** Sends one observation of a number, including 0. */
  level(metric: MetricKey, value: number): void;
  /** Sends one observation of a duration. */
  seconds(metric: MetricKey, value: number): void;
  milliseconds(metric: MetricKey, value: number): void;
  /** Writes all values added since the last flush. */
  flush(): void;
}
