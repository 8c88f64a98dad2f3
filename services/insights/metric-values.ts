import { type Day, daysBetween } from '../../shared/core/day.ts';
import type { Metric, NightMetrics } from '../../shared/core/sleep-record.ts';

/** A night as the analytics see it: metrics and the day of waking up. */
export type DatedNight = NightMetrics & { readonly date: Day };

/** How one of the seventeen metrics is counted with and told. */
export interface MetricValues {
  /** What people call it. */
  readonly label: string;
  /** As text without unit; `toWhole` says which way the last digit goes. */
  readonly format: (value: number, toWhole?: (value: number) => number) => string;
  /** What follows a value in a sentence: ` ms`; empty where the text says it. */
  readonly suffix: string;
  /** Differences below this mean nothing: of the ring's resolution, or of everyday life. In the metric's own unit. */
  readonly resolution: number;
  /** Whether it varies by ratios rather than by differences, so that it is judged on its logarithm. */
  readonly byRatio: boolean;
  /** The values that can be. */
  readonly bounds: readonly [number, number];
}

const MINUTES_PER_DAY = 1440;

/**
 * A bedtime as minutes on the sleeper's own wall clock from the midnight that begins the day of waking up: 22:30 the evening
 * before is -90, 01:30 is 90, 06:45 is 405. So no night is torn apart, and no change of the clocks or of the zone shows.
 */
const minutesFromMidnight = (day: Day, bedtime: string): number =>
  daysBetween(day, bedtime.slice(0, 10)) * MINUTES_PER_DAY +
  Number(bedtime.slice(11, 13)) * 60 +
  Number(bedtime.slice(14, 16));

/** The value of a metric as a number: bedtimes as minutes from midnight, the rest as stored. Null where Oura has none. */
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

/** How each metric is counted with and told, in the order in which the metrics are shown. */
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
  bedtime_end: bedtime('getting up'),
  sleep_timing: score('timing score'),
};
