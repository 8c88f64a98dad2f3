// IMPORTANT: also sent to the browser by the page. No I/O, no AWS SDK.
import type { Metric } from './metrics.ts';

/** How to calculate with a metric. */
export interface MetricValues {
  /** Smaller differences are meaningless: below the ring's resolution or part of everyday life. In the metric's unit. */
  readonly resolution: number;
  /** Whether the metric varies by ratios rather than by differences. Such a metric is judged on a logarithmic scale. */
  readonly byRatio: boolean;
  /** The range of possible values. */
  readonly bounds: readonly [number, number];
}

const notNegative = [0, Number.POSITIVE_INFINITY] as const;
const anything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const duration = { resolution: 300, byRatio: false, bounds: notNegative } as const;
const score = { resolution: 2, byRatio: false, bounds: [0, 100] } as const;
const bedtime = { resolution: 10, byRatio: false, bounds: anything } as const;

export const METRIC_VALUES: Readonly<Record<Metric, MetricValues>> = {
  total_sleep_duration: duration,
  light_sleep_duration: duration,
  deep_sleep_duration: duration,
  rem_sleep_duration: duration,
  awake_duration: { ...duration, byRatio: true },
  sleep_score: score,
  sleep_efficiency: { ...score, resolution: 1 },
  sleep_latency: { resolution: 120, byRatio: true, bounds: notNegative },
  sleep_restlessness: score,
  restless_periods: { resolution: 5, byRatio: true, bounds: notNegative },
  heart_rate: { resolution: 0.5, byRatio: false, bounds: notNegative },
  hrv: { resolution: 1, byRatio: true, bounds: notNegative },
  temperature_delta: { resolution: 0.05, byRatio: false, bounds: anything },
  breathing_disturbances: { ...score, resolution: 1 },
  bedtime_start: bedtime,
  bedtime_end: bedtime,
  sleep_timing: score,
  lowest_heart_rate: { resolution: 1, byRatio: false, bounds: notNegative },
  breathing_rate: { resolution: 0.25, byRatio: false, bounds: notNegative },
  readiness_score: score,
  time_in_bed: duration,
};
