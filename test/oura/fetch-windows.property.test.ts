import fc from 'fast-check';
import { addDays, daysBetween, daysFrom } from '../../shared/contract/day.ts';
import {
  fetchWindows,
  LONGEST_WINDOW_DAYS,
  PADDING_DAYS,
  WIDEST_GAP_DAYS,
} from '../../shared/oura/fetch-windows.ts';

const day = fc.integer({ min: 0, max: 500 }).map((count) => addDays('2025-06-01', count));
const dates = fc.array(day, { maxLength: 60 });

test('windows hold exactly the dates asked for, each once, in order', () => {
  fc.assert(
    fc.property(dates, (asked) => {
      const covered = fetchWindows(asked).flatMap((window) => window.dates);
      expect(covered).toEqual([...new Set(asked)].sort());
    }),
  );
});

test('each window reaches two days beyond its first and last date, and spans 90 days at most', () => {
  fc.assert(
    fc.property(dates, (asked) => {
      for (const window of fetchWindows(asked)) {
        expect(window.first).toBe(window.dates[0]);
        expect(window.last).toBe(window.dates.at(-1));
        expect(daysBetween(window.start_date, window.first)).toBe(PADDING_DAYS);
        expect(daysBetween(window.last, window.end_date)).toBe(PADDING_DAYS);
        expect(daysFrom(window.start_date, window.end_date).length).toBeLessThanOrEqual(LONGEST_WINDOW_DAYS);
      }
    }),
  );
});

test('two windows never follow each other where one would have done', () => {
  fc.assert(
    fc.property(dates, (asked) => {
      const windows = fetchWindows(asked);
      for (const [index, window] of windows.slice(1).entries()) {
        const before = windows[index] ?? window;
        const gap = daysBetween(before.last, window.first) - 1;
        const joined = daysBetween(before.start_date, addDays(window.first, PADDING_DAYS)) + 1;
        expect(gap > WIDEST_GAP_DAYS || joined > LONGEST_WINDOW_DAYS).toBe(true);
      }
    }),
  );
});

/** Every reading of a date range that was ever reported (oura/README.md §2.1): whether the range returns the record. */
const READINGS: Record<
  string,
  (record: { day: string; bedtimeMs: number }, start: string, end: string) => boolean
> = {
  'the UTC instant of bedtime, end exclusive': ({ bedtimeMs }, start, end) =>
    Date.parse(`${start}T00:00:00Z`) <= bedtimeMs && bedtimeMs < Date.parse(`${end}T00:00:00Z`),
  'day, end inclusive': ({ day }, start, end) => start <= day && day <= end,
  'day, end exclusive': ({ day }, start, end) => start <= day && day < end,
  'day, start exclusive': ({ day }, start, end) => start < day && day <= end,
};

test.each(Object.entries(READINGS))(
  'the window returns every record of its dates, read by %s',
  (_, returns) => {
    fc.assert(
      fc.property(
        dates.filter((asked) => asked.length > 0),
        // Oura's sleep day runs from 18:00 to 18:00 local time; a late nap, which ended after 18:00, belongs to the next
        // day already: on its own calendar day a record of `day` began between 15:00 the day before and 18:00.
        fc.integer({ min: -9 * 60, max: 18 * 60 - 1 }),
        fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15),
        (asked, minutesFromLocalMidnight, offsetMinutes) => {
          for (const window of fetchWindows(asked)) {
            for (const date of window.dates) {
              const localMidnight = Date.parse(`${date}T00:00:00Z`) - offsetMinutes * 60_000;
              const record = { day: date, bedtimeMs: localMidnight + minutesFromLocalMidnight * 60_000 };
              expect(returns(record, window.start_date, window.end_date)).toBe(true);
            }
          }
        },
      ),
    );
  },
);
