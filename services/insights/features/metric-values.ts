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
