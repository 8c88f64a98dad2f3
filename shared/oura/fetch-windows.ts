import { addDays, type Day, daysBetween } from '../contract/day.ts';
import type { DateRange } from './collections.ts';

/** Dates that are asked for together. */
export interface FetchWindow extends DateRange {
  /** The dates asked for, sorted, each once. */
  readonly dates: readonly Day[];
  readonly first: Day;
  readonly last: Day;
  /** `first` less {@link PADDING_DAYS}. */
  readonly start_date: Day;
  /** `last` plus {@link PADDING_DAYS}. */
  readonly end_date: Day;
}

/**
 * Days asked for on either side. Oura's range selects `sleep` by the UTC instant of going to bed and leaves the end out,
 * while we want records by `day`. UTC offset (up to 14 h), the exclusive end and `late_nap`, which belongs to the next
 * day, add up to less than two days (oura/README.md §2.1).
 */
export const PADDING_DAYS = 2;

/** Oura's FAQ advises one to three months a request; a window spans at most this, padding included. */
export const LONGEST_WINDOW_DAYS = 90;

/**
 * A gap of this many days without a wanted date still costs less than a window of its own. A window costs four requests
 * whatever it covers, plus a request for each further page. A day in the gap adds about 6 records (3 periods, 3 daily
 * documents). The page size is not documented; 563 records in a page have been seen, and 50 is assumed to be on the safe side:
 * 6 × gap / 50 < 4 requests, so gap < 33.3.
 */
export const WIDEST_GAP_DAYS = 33;

const windowOf = (dates: readonly Day[], first: Day, last: Day): FetchWindow => ({
  dates,
  first,
  last,
  start_date: addDays(first, -PADDING_DAYS),
  end_date: addDays(last, PADDING_DAYS),
});

/** The fewest windows that cover `dates` (any order, duplicates allowed), in order of date. */
export const fetchWindows = (dates: readonly Day[]): FetchWindow[] => {
  const windows: FetchWindow[] = [];
  for (const date of [...new Set(dates)].sort()) {
    const open = windows.at(-1);
    const joins =
      open !== undefined &&
      daysBetween(open.last, date) - 1 <= WIDEST_GAP_DAYS &&
      daysBetween(open.start_date, addDays(date, PADDING_DAYS)) + 1 <= LONGEST_WINDOW_DAYS;
    if (joins) windows[windows.length - 1] = windowOf([...open.dates, date], open.first, date);
    else windows.push(windowOf([date], date, date));
  }
  return windows;
};
