import type { SleepPeriod } from './oura-records.ts';

/** Time in bed, in seconds: as Oura says, else between the bedtimes as instants; -1 where the night has no end yet. */
const timeInBed = ({ time_in_bed, bedtime_start, bedtime_end }: SleepPeriod): number => {
  if (time_in_bed != null) return time_in_bed;
  return bedtime_end == null ? -1 : (Date.parse(bedtime_end) - Date.parse(bedtime_start)) / 1000;
};

/** Negative where `a` is longer than `b`: by sleep, then by time in bed, then by who began first. Unknown sleep is the least. */
const longestFirst = (a: SleepPeriod, b: SleepPeriod): number =>
  (b.total_sleep_duration ?? -1) - (a.total_sleep_duration ?? -1) ||
  timeInBed(b) - timeInBed(a) ||
  Date.parse(a.bedtime_start) - Date.parse(b.bedtime_start);

/**
 * The period that stands for the night: the longest `long_sleep`, else the longest of `counted`, so that a nap never gives
 * a night its bedtimes. Undefined where `counted` is empty. Equals keep the order of `counted`.
 */
export const mainPeriod = (counted: readonly SleepPeriod[]): SleepPeriod | undefined => {
  const long = counted.filter(({ type }) => type === 'long_sleep');
  return [...(long.length > 0 ? long : counted)].sort(longestFirst)[0];
};
