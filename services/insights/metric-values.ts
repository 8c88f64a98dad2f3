import { type Day, daysBetween } from '../../shared/core/day.ts';
import type { Metric, NightMetrics } from '../../shared/core/sleep-record.ts';

/** The input of the insights: the metrics of a night and the day of waking up. */
export type DatedNight = NightMetrics & { readonly date: Day };

/** How to calculate with a metric and how to show it. */
export interface MetricValues {
  /** The name shown to people. */
  readonly label: string;
  /** Formats a value without unit. `toWhole` rounds the last digit. */
  readonly format: (value: number, toWhole?: (value: number) => number) => string;
  /** The unit after a value, e.g. ` ms`; empty if `format` includes it. */
  readonly suffix: string;
  /** Smaller differences are meaningless: below the ring's resolution or part of everyday life. In the metric's unit. */
  readonly resolution: number;
  /** Whether the metric varies by ratios rather than by differences. Such a metric is judged on a logarithmic scale. */
  readonly byRatio: boolean;
  /** The range of possible values. */
  readonly bounds: readonly [number, number];
}

const MINUTES_PER_DAY = 1440;

/**
 * Converts a bedtime to wall-clock minutes from the first midnight of the day of waking up: 22:30 the evening before is -90,
 * 01:30 is 90, 06:45 is 405. Midnight then does not split nights, and changes of clocks or time zone have no effect.
 */
const minutesFromMidnight = (day: Day, bedtime: string): number =>
  daysBetween(day, bedtime.slice(0, 10)) * MINUTES_PER_DAY +
  Number(bedtime.slice(11, 13)) * 60 +
  Number(bedtime.slice(14, 16));

/** Returns a metric as a number: bedtimes as minutes from midnight, the rest as stored. Null if Oura has no value. */
export const numberOf = (night: DatedNight, metric: Metric): number | null => {
  const value = night[metric];
  return typeof value === 'string' ? minutesFromMidnight(night.date, value) : value;
};

const two = (value: number): string => String(value).padStart(2, '0');

const clock: MetricValues['format'] = (value, toWhole = Math.round) => {
  const minutes = ((toWhole(value) % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

const hours: MetricValues['format'] = (value, toWhole = Math.round) => {
  const minutes = toWhole(value / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
};

const minutes: MetricValues['format'] = (value, toWhole = Math.round) => String(toWhole(value / 60));

const digits =
  (count: number): MetricValues['format'] =>
  (value, toWhole = Math.round) =>
    (toWhole(value * 10 ** count) / 10 ** count).toFixed(count).replace('-', '−');

const notNegative = [0, Number.POSITIVE_INFINITY] as const;
const duration = (label: string) =>
  ({ label, format: hours, suffix: '', resolution: 300, byRatio: false, bounds: notNegative }) as const;
const score = (label: string) =>
  ({ label, format: digits(0), suffix: '', resolution: 2, byRatio: false, bounds: [0, 100] }) as const;
const anything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const bedtime = (label: string) =>
  ({ label, format: clock, suffix: '', resolution: 10, byRatio: false, bounds: anything }) as const;

/** The definition of each metric, in the order of display. */
export const METRIC_VALUES: Readonly<Record<Metric, MetricValues>> = {
  total_sleep_duration: duration('sleep'),
  light_sleep_duration: duration('light sleep'),
  deep_sleep_duration: duration('deep sleep'),
  rem_sleep_duration: duration('REM sleep'),
  awake_duration: { ...duration('time awake'), byRatio: true },
  sleep_score: score('sleep score'),
  sleep_efficiency: { ...score('efficiency'), suffix: ' %', resolution: 1 },
  sleep_latency: {
    ...{ label: 'time to fall asleep', format: minutes, suffix: ' min', resolution: 120, byRatio: true },
    bounds: notNegative,
  },
  sleep_restlessness: score('restfulness score'),
  restless_periods: {
    ...{ label: 'restless periods', format: digits(0), suffix: '', resolution: 5, byRatio: true },
    bounds: notNegative,
  },
  heart_rate: {
    ...{ label: 'heart rate', format: digits(1), suffix: ' bpm', resolution: 0.5, byRatio: false },
    bounds: notNegative,
  },
  hrv: {
    ...{ label: 'HRV', format: digits(0), suffix: ' ms', resolution: 1, byRatio: true },
    bounds: notNegative,
  },
  temperature_delta: {
    ...{ label: 'temperature', format: digits(2), suffix: ' °C', resolution: 0.05, byRatio: false },
    bounds: anything,
  },
  breathing_disturbances: { ...score('breathing disturbances'), resolution: 1 },
  bedtime_start: bedtime('bedtime'),
  bedtime_end: bedtime('wake-up time'),
  sleep_timing: score('timing score'),
};
