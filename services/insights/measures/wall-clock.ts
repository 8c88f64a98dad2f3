import { offsetMinutesOf } from '../../../shared/core/day.ts';
import { MINUTES_PER_DAY } from '../../../shared/core/wall-time.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { numberOf } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';

/** A time asleep in minutes of the sleeper's wall clock since 1970-01-01T00:00. */
export interface Asleep {
  readonly from: number;
  readonly to: number;
}

/** When a night began and ended, in minutes from the first midnight of its day. */
export interface NightTimes {
  /** Falling asleep: the bedtime plus Oura's latency, 0 if that is unknown. */
  readonly onset: number;
  readonly offset: number;
}

/** Null if a bedtime is unknown. */
export const nightTimes = (night: DatedNight): NightTimes | null => {
  const bedtime = numberOf(night, 'bedtime_start');
  const offset = numberOf(night, 'bedtime_end');
  if (bedtime === null || offset === null) return null;
  return { onset: bedtime + (night.sleep_latency ?? 0) / 60, offset };
};

/**
 * When the sleeper was asleep: the parts of the night and the naps. Oura's awakenings within a part are not known here and count
 * as sleep. Null if a bedtime is unknown.
 */
export const asleepIn = (night: DatedNight): Asleep[] | null => {
  const times = nightTimes(night);
  const clock = offsetMinutesOf(night.bedtime_end);
  if (times === null || clock === null) return null;
  const wall = (instant: number): number => instant / 60_000 + clock;
  const midnight = dayNumberOf(night.date) * MINUTES_PER_DAY;
  const [onset, end] = [midnight + times.onset, midnight + times.offset];
  const parts = night.parts?.map(({ started_at, ended_at }, index) => ({
    from: index === 0 ? onset : wall(started_at),
    to: wall(ended_at),
  }));
  const naps = night.naps.map(({ ended_at, seconds }) => ({
    from: wall(ended_at) - seconds / 60,
    to: wall(ended_at),
  }));
  return [...(parts ?? [{ from: onset, to: end }]), ...naps];
};
