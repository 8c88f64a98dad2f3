import type { SleepPeriod } from './oura-records.ts';

/** Time in bed in seconds: Oura's value, else the time between the bedtimes; -1 if the night has no end yet. */
const timeInBed = ({ time_in_bed, bedtime_start, bedtime_end }: SleepPeriod): number => {
  if (time_in_bed != null) return time_in_bed;
  return bedtime_end == null ? -1 : (Date.parse(bedtime_end) - Date.parse(bedtime_start)) / 1000;
};

/** Negative if `a` ranks before `b`: more sleep, more time in bed, then an earlier start. Unknown sleep ranks last. */
const longestFirst = (a: SleepPeriod, b: SleepPeriod): number =>
  (b.total_sleep_duration ?? -1) - (a.total_sleep_duration ?? -1) ||
  timeInBed(b) - timeInBed(a) ||
  Date.parse(a.bedtime_start) - Date.parse(b.bedtime_start);

/**
 * The period that represents the night: the longest `long_sleep`, else the longest of `counted`. So if there is a long
 * sleep, the bedtimes never come from a nap. Undefined if `counted` is empty. Ties keep the order of `counted`.
 */
export const mainPeriod = (counted: readonly SleepPeriod[]): SleepPeriod | undefined => {
  const long = counted.filter(({ type }) => type === 'long_sleep');
  return [...(long.length > 0 ? long : counted)].sort(longestFirst)[0];
};
