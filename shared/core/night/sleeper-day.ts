import { type Day, dayAtOffset, dayIn, MS_PER_DAY, offsetMinutesOf } from '../day.ts';

/** The bedtimes of a night, as Oura writes them: ISO 8601 with the offset of the sleeper's clock. */
interface Bedtimes {
  readonly bedtime_start: string | null;
  readonly bedtime_end: string | null;
}

/** The offset of a bedtime. Stored bedtimes have one. */
const offsetOf = (bedtime: string): number => offsetMinutesOf(bedtime) ?? 0;

/**
 * Today where the sleeper is, at the instant `now`. The clock that the sleeper woke up by after the latest stored night
 * decides. Without a stored night it is the clock of the user's zone.
 */
export const sleeperToday = (
  latest: Pick<Bedtimes, 'bedtime_end'> | undefined,
  timeZone: string,
  now: number,
): Day => (latest?.bedtime_end ? dayAtOffset(offsetOf(latest.bedtime_end), now) : dayIn(timeZone, now));

/** Across the date line, clocks differ by at least 12 h. No other journey that leaves out a date does that. */
const DATE_LINE_MINUTES = 12 * 60;

/**
 * Whether the date between two nights did not exist for the sleeper, who crossed the date line: from waking up after the
 * night of the day before until the bedtime of the night of the day after, less than a day passed, because the clock
 * moved forward, before that bedtime or during that night on board. A sleeper who only stayed up that long did not move
 * the clock, so the date is a gap.
 */
export const isSkippedDay = (before: Bedtimes | undefined, after: Bedtimes | undefined): boolean => {
  if (!before?.bedtime_end || !after?.bedtime_start) return false;
  const awakeMs = Date.parse(after.bedtime_start) - Date.parse(before.bedtime_end);
  const moved = offsetOf(after.bedtime_end ?? after.bedtime_start) - offsetOf(before.bedtime_end);
  return awakeMs >= 0 && awakeMs < MS_PER_DAY && moved >= DATE_LINE_MINUTES;
};
