import fc from 'fast-check';
import { type Collection, NIGHT_COLLECTIONS } from '../../../shared/core/collections.ts';
import { addDays, daysBetween } from '../../../shared/core/day.ts';
import {
  fetchWindows,
  PADDING_DAYS,
  PAGE_RECORDS,
  RECORDS_PER_DAY,
  WINDOW_DAYS,
} from '../../../shared/oura/api/fetch-windows.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const day = fc.integer({ min: 0, max: 500 }).map((count) => addDays('2025-06-01', count));
const dates = fc.array(day, { maxLength: 60 });

test('windows hold exactly the requested dates, each once, in order', () => {
  fc.assert(
    fc.property(dates, (asked) => {
      const covered = fetchWindows(asked).flatMap((window) => window.dates);
      expect(covered).toEqual([...new Set(asked)].sort());
    }),
    propertyRuns(),
  );
});

test('each window reaches two days beyond its first and last date, within the limit', () => {
  fc.assert(
    fc.property(dates, fc.constantFrom(...WINDOW_DAYS), (asked, longestDays) => {
      const windows = fetchWindows(asked, { longestDays });
      expect(windows).toEqual(
        windows.map(({ dates }) => ({
          dates,
          first: dates[0],
          last: dates.at(-1),
          start_date: addDays(dates[0] ?? '', -PADDING_DAYS),
          end_date: addDays(dates.at(-1) ?? '', PADDING_DAYS),
        })),
      );
      const lengths = windows.map(({ start_date, end_date }) => daysBetween(start_date, end_date) + 1);
      expect(lengths.filter((length) => length > longestDays)).toEqual([]);
    }),
    propertyRuns(),
  );
});

/** What windows cost, first by requests, then by days asked about; worked out from the range alone. */
const costOf = (ranges: readonly { start_date: string; end_date: string }[], collections: Collection[]) => {
  const lengths = ranges.map(({ start_date, end_date }) => daysBetween(start_date, end_date) + 1);
  const pages = (length: number, collection: Collection) =>
    Math.ceil((length * RECORDS_PER_DAY[collection]) / PAGE_RECORDS);
  const requests = lengths.flatMap((length) => collections.map((collection) => pages(length, collection)));
  return [requests, lengths].map((numbers) => numbers.reduce((sum, number) => sum + number, 0));
};

/** Every way to cut `sorted` into windows of `longestDays` at most. */
const everyCut = (
  sorted: readonly string[],
  longestDays: number,
): { start_date: string; end_date: string }[][] => {
  const [first] = sorted;
  if (first === undefined) return [[]];
  return sorted.flatMap((last, index) => {
    const range = { start_date: addDays(first, -PADDING_DAYS), end_date: addDays(last, PADDING_DAYS) };
    if (daysBetween(range.start_date, range.end_date) >= longestDays) return [];
    return everyCut(sorted.slice(index + 1), longestDays).map((rest) => [range, ...rest]);
  });
};

test('no other windows cost fewer requests, or cover fewer days for as many requests', () => {
  fc.assert(
    fc.property(
      // Gaps of any length beside dates next to each other: up to eight dates have 128 cuts.
      fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2500 })), {
        maxLength: 8,
      }),
      fc.constantFrom(...WINDOW_DAYS),
      fc.constantFrom<Collection[]>([...NIGHT_COLLECTIONS], ['daily_activity']),
      (numbers, longestDays, collections) => {
        const asked = numbers.map((count) => addDays('2015-06-01', count));
        const cuts = everyCut([...new Set(asked)].sort(), longestDays).map((cut) => costOf(cut, collections));
        const [least] = cuts.sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
        expect(costOf(fetchWindows(asked, { longestDays, collections }), collections)).toEqual(least);
      },
    ),
    propertyRuns(100),
  );
});

/** Every reading of a date range that was ever reported (docs/oura-api.md §2.1): whether the range returns the record. */
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
          const missed = fetchWindows(asked).flatMap((window) =>
            window.dates.filter((date) => {
              const localMidnight = Date.parse(`${date}T00:00:00Z`) - offsetMinutes * 60_000;
              const record = { day: date, bedtimeMs: localMidnight + minutesFromLocalMidnight * 60_000 };
              return !returns(record, window.start_date, window.end_date);
            }),
          );
          expect(missed).toEqual([]);
        },
      ),
      propertyRuns(),
    );
  },
);
