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

/** Halfway between falling asleep and waking up. */
export const midsleepOf = ({ onset, offset }: NightTimes): number => (onset + offset) / 2;

const without = (asleep: readonly Asleep[], awake: Asleep): Asleep[] =>
  asleep.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, awake.from) },
      { from: Math.max(from, awake.to), to },
    ].filter((part) => part.from < part.to),
  );

/**
 * When the sleeper was asleep: the parts of the night without the epochs awake, and the naps. If the phases are unknown, only the
 * time to fall asleep is left out. Null if a bedtime is unknown.
 */
export const asleepIn = (night: DatedNight): Asleep[] | null => {
  const times = nightTimes(night);
  const { started_at, ended_at } = night;
  const clock = offsetMinutesOf(night.bedtime_end);
  if (times === null || started_at === null || ended_at === null || clock === null) return null;
  const wall = (instant: number): number => instant / 60_000 + clock;
  const parts = (night.parts ?? [{ started_at, ended_at }]).map((part) => ({
    from: wall(part.started_at),
    to: wall(part.ended_at),
  }));
  const onset = dayNumberOf(night.date) * MINUTES_PER_DAY + times.onset;
  const awake = night.awake?.map((part) => ({ from: wall(part.started_at), to: wall(part.ended_at) })) ?? [
    { from: wall(started_at), to: onset },
  ];
  const naps = night.naps.map((nap) => ({
    from: wall(nap.ended_at) - nap.seconds / 60,
    to: wall(nap.ended_at),
  }));
  return [...awake.reduce(without, parts), ...naps];
};
