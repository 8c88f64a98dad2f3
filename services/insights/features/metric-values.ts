import { type Day, daysBetween } from '../../../shared/core/day.ts';
import type { Metric } from '../../../shared/core/metrics.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import { MINUTES_PER_DAY, minutesOfDay } from '../../../shared/core/wall-time.ts';

/** Sleep that is no part of the night. */
export interface Nap {
  /** Epoch ms. */
  readonly ended_at: number;
  /** Asleep. */
  readonly seconds: number;
}

/** A part of a night, epoch ms. */
export interface NightPart {
  readonly started_at: number;
  readonly ended_at: number;
}

/** The input of the insights: the metrics of a night without its naps, so that nothing in them happened after `ended_at`. */
export type DatedNight = NightMetrics & {
  /** The day of waking up. */
  readonly date: Day;
  /** Start of the first part of the night and end of the last one, epoch ms. Null if Oura has none: the night lasts. */
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** In order of bedtime. A late nap, after 18:00, has the date of the next day. */
  readonly naps: readonly Nap[];
  /** The parts of a night in several parts, in order; absent from other nights. */
  readonly parts?: readonly NightPart[] | undefined;
  /** When the sleeper was awake in bed, in whole epochs of 5 minutes; absent if Oura has no sleep phases of a part. */
  readonly awake?: readonly NightPart[] | undefined;
  /** Oura's name of the ring that measured the night; absent if Oura does not name it. */
  readonly ring_id?: string | undefined;
};

/** How to calculate with a metric. */
export interface MetricValues {
  /** Smaller differences are meaningless: below the ring's resolution or part of everyday life. In the metric's unit. */
  readonly resolution: number;
  /** Whether the metric varies by ratios rather than by differences. Such a metric is judged on a logarithmic scale. */
  readonly byRatio: boolean;
  /** The range of possible values. */
  readonly bounds: readonly [number, number];
}

/**
 * Converts a bedtime to wall-clock minutes from the first midnight of the day of waking up: 22:30 the evening before is -90,
 * 01:30 is 90, 06:45 is 405. Midnight then does not split nights, and changes of clocks or time zone have no effect.
 */
const minutesFromMidnight = (day: Day, bedtime: string): number =>
  daysBetween(day, bedtime.slice(0, 10)) * MINUTES_PER_DAY + minutesOfDay(bedtime);

/** Returns a metric as a number: bedtimes as minutes from midnight, the rest as stored. Null if Oura has no value. */
export const numberOf = (night: Pick<DatedNight, Metric | 'date'>, metric: Metric): number | null => {
  const value = night[metric];
  return typeof value === 'string' ? minutesFromMidnight(night.date, value) : value;
};

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
