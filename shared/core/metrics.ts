// IMPORTANT: also sent to the browser by the page. No I/O, no AWS SDK.
import { signed } from './text.ts';
import { MINUTES_PER_DAY } from './wall-time.ts';

/** How to name, format and compare a metric. All methods and numbers take values in the stored unit, bedtimes in minutes from midnight. */
export interface MetricDefinition {
  /** The name shown to people, in lower case. */
  readonly label: string;
  /** The unit of stored and exported values. */
  readonly unit: string;
  /** The unit of a chart's axis, and its size in stored units. */
  readonly axis: { readonly unit: string; readonly per: number };
  /** Formats a value without unit. `toWhole` rounds the last digit; `more` adds decimals, but none to clock times. */
  readonly format: (value: number, toWhole?: (value: number) => number, more?: number) => string;
  /** The unit after a value, e.g. ` ms`; empty if `format` includes it. */
  readonly suffix: string;
  /** The unit of differences, its size in stored units, and the decimals to show. */
  readonly difference: { readonly unit: string; readonly per: number; readonly digits: number };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Formats minutes from midnight as wall-clock time: -90 is `22:30`. */
export const showClock: MetricDefinition['format'] = (value, toWhole = Math.round) => {
  const minutes = ((toWhole(value) % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** Rounds the last of `digits` decimals. */
const rounded = (value: number, toWhole: (value: number) => number, digits: number): number =>
  toWhole(value * 10 ** digits) / 10 ** digits;

/** Formats seconds: `25140` is `6 h 59`. */
export const showHours: MetricDefinition['format'] = (value, toWhole = Math.round, more = 0) => {
  const minutes = rounded(value / 60, toWhole, more);
  const hours = Math.floor(minutes / 60);
  const rest = (minutes - 60 * hours).toFixed(more);
  return `${hours} h ${rest.padStart(more === 0 ? 2 : more + 3, '0')}`;
};

const number = (label: string, unit: string, shownUnit: string, digits = 0): MetricDefinition => ({
  label,
  unit,
  axis: { unit: shownUnit, per: 1 },
  format: (value, toWhole = Math.round, more = 0) =>
    rounded(value, toWhole, digits + more).toFixed(digits + more),
  suffix: shownUnit && ` ${shownUnit}`,
  difference: { unit: shownUnit, per: 1, digits: Math.max(1, digits) },
});
const score = (label: string) => number(label, '0-100', '');
const inMinutes = (label: string): MetricDefinition => ({
  ...{ label, unit: 's', axis: { unit: 'min', per: 60 }, suffix: ' min' },
  format: (value, toWhole = Math.round, more = 0) => rounded(value / 60, toWhole, more).toFixed(more),
  difference: { unit: 'min', per: 60, digits: 1 },
});
const inHours = (label: string): MetricDefinition => ({
  ...{ ...inMinutes(label), axis: { unit: 'h', per: 3600 } },
  ...{ format: showHours, suffix: '' },
});
const bedtime = (label: string): MetricDefinition => ({
  ...{ label, unit: 'ISO 8601 with offset', axis: { unit: '', per: 60 } },
  ...{ format: showClock, suffix: '', difference: { unit: 'min', per: 1, digits: 1 } },
});

/**
 * The metrics of a night, in the order in which they are shown.
 * Every record has all of them, with null if Oura has no value. Sources: docs/data.md.
 */
export const METRICS = {
  total_sleep_duration: inHours('time asleep'),
  light_sleep_duration: inHours('light sleep'),
  deep_sleep_duration: inHours('deep sleep'),
  rem_sleep_duration: inHours('REM sleep'),
  awake_duration: inMinutes('time awake'),
  sleep_score: score('sleep score'),
  sleep_efficiency: {
    ...number('efficiency', '%', '%'),
    // Of a percentage, "+1.8 %" would be a ratio.
    difference: { unit: 'points', per: 1, digits: 1 },
  },
  sleep_latency: inMinutes('time to fall asleep'),
  sleep_restlessness: score('restfulness score'),
  restless_periods: number('restless periods', 'count', ''),
  heart_rate: number('heart rate', 'bpm', 'bpm', 1),
  hrv: number('HRV', 'ms', 'ms'),
  temperature_delta: {
    ...number('temperature', '°C', '°C', 2),
    format: (value, toWhole = Math.round, more = 0) => signed(rounded(value, toWhole, 2 + more), 2 + more),
  },
  breathing_disturbances: score('breathing disturbances'),
  bedtime_start: bedtime('bedtime'),
  bedtime_end: bedtime('wake-up time'),
  sleep_timing: score('timing score'),
  lowest_heart_rate: number('lowest heart rate', 'bpm', 'bpm'),
  breathing_rate: number('breathing rate', '1/min', '/min', 1),
  readiness_score: score('readiness score'),
  time_in_bed: inHours('time in bed'),
} satisfies Readonly<Record<string, MetricDefinition>>;
export type Metric = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as Metric[];

/** Which deviation from what is usual is better for the person; `neither` if any is worse, null if it depends. */
export const BETTER: Readonly<Record<Metric, 'higher' | 'lower' | 'neither' | null>> = {
  total_sleep_duration: 'higher',
  light_sleep_duration: null,
  deep_sleep_duration: 'higher',
  rem_sleep_duration: 'higher',
  awake_duration: 'lower',
  sleep_score: 'higher',
  sleep_efficiency: 'higher',
  sleep_latency: 'lower',
  sleep_restlessness: 'higher',
  restless_periods: 'lower',
  heart_rate: 'lower',
  hrv: 'higher',
  temperature_delta: 'neither',
  breathing_disturbances: 'lower',
  bedtime_start: null,
  bedtime_end: null,
  sleep_timing: 'higher',
  lowest_heart_rate: 'lower',
  breathing_rate: 'lower',
  readiness_score: 'higher',
  time_in_bed: null,
};

export const BEDTIMES = ['bedtime_start', 'bedtime_end'] as const;
export type Bedtime = (typeof BEDTIMES)[number];
export const isBedtime = (metric: string): metric is Bedtime =>
  BEDTIMES.some((bedtime) => bedtime === metric);

/** Formats a value with its unit. */
export const showMetric = ({ format, suffix }: MetricDefinition, value: number): string =>
  `${format(value)}${suffix}`;

/**
 * Formats the two ends of a range, without unit, each rounded to the nearest digit or by its function in `toWhole`.
 * @param more further decimals
 */
export const showEnds = (
  { format }: MetricDefinition,
  [low, high]: readonly [number, number],
  toWhole: readonly (((value: number) => number) | undefined)[] = [],
  more = 0,
): string => {
  const ends = [format(low, toWhole[0], more), format(high, toWhole[1], more)];
  // A dash next to a sign is unreadable.
  return ends.join(ends.some((end) => /^[−+]/.test(end)) ? ' to ' : '–');
};

/** The measures of a training day. `sets` is a count; the change of the estimated one-repetition maximum is a ratio. */
export const TRAINING_METRICS = {
  volume_load: { label: 'volume load', unit: 'kg' },
  sets: { label: 'number of sets', unit: 'count' },
  estimated_1rm_change: { label: 'estimated 1RM', unit: '' },
} as const;
export type TrainingMetric = keyof typeof TRAINING_METRICS;
export const TRAINING_METRIC_NAMES = Object.keys(TRAINING_METRICS) as TrainingMetric[];
