import { addDays, type Day } from '../../shared/core/day.ts';
import { type DayOfPeriod, movedPeriods } from '../../shared/core/night/withdrawn-periods.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { PADDING_DAYS } from '../../shared/oura/api/fetch-windows.ts';

/** The dates and the days of the padding around each of them: a period moves no farther. */
export const withNeighbours = (dates: readonly Day[]): Day[] => [
  ...new Set(
    dates.flatMap((date) =>
      Array.from({ length: 2 * PADDING_DAYS + 1 }, (_, index) => addDays(date, index - PADDING_DAYS)),
    ),
  ),
];

/**
 * The days that take part in a move of a period from or to one of `dates`, and are not among them: with each, one of `dates`.
 * Its response is complete only if it is requested, too.
 */
export const daysBeside = (
  dates: readonly Day[],
  known: ReadonlyMap<Day, SleepRecord>,
  dayOfPeriod: DayOfPeriod,
): Map<Day, Day> => {
  const asked = new Set(dates);
  const beside = new Map<Day, Day>();
  for (const [date, night] of known) {
    for (const to of movedPeriods(night, dayOfPeriod).values()) {
      if (asked.has(date) && !asked.has(to)) beside.set(to, date);
      if (!asked.has(date) && asked.has(to)) beside.set(date, to);
    }
  }
  return beside;
};
