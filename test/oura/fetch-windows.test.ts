import { addDays, daysFrom } from '../../shared/contract/day.ts';
import { fetchWindows, LONGEST_WINDOW_DAYS, WIDEST_GAP_DAYS } from '../../shared/oura/fetch-windows.ts';

const spans = (dates: string[]) =>
  fetchWindows(dates).map(({ start_date, end_date }) => [start_date, end_date]);

test('asks for a week of dates in one window, two days wider on either side', () => {
  expect(fetchWindows(['2026-03-03', '2026-03-01', '2026-03-02', '2026-03-01'])).toEqual([
    {
      dates: ['2026-03-01', '2026-03-02', '2026-03-03'],
      first: '2026-03-01',
      last: '2026-03-03',
      start_date: '2026-02-27',
      end_date: '2026-03-05',
    },
  ]);
});

test('asks for nothing where there are no dates', () => {
  expect(fetchWindows([])).toEqual([]);
});

test('covers a gap that costs less than a window of its own', () => {
  const far = addDays('2026-01-01', WIDEST_GAP_DAYS + 1);
  expect(spans(['2026-01-01', far])).toEqual([['2025-12-30', addDays(far, 2)]]);
});

test('opens a new window beyond a gap that costs more', () => {
  const far = addDays('2026-01-01', WIDEST_GAP_DAYS + 2);
  expect(spans(['2026-01-01', far])).toEqual([
    ['2025-12-30', '2026-01-03'],
    [addDays(far, -2), addDays(far, 2)],
  ]);
});

test('spans 90 days at most, padding included', () => {
  const windows = fetchWindows(daysFrom('2026-01-01', addDays('2026-01-01', 199)));
  expect(windows.map(({ dates }) => dates.length)).toEqual([86, 86, 28]);
  for (const { start_date, end_date } of windows) {
    expect(daysFrom(start_date, end_date).length).toBeLessThanOrEqual(LONGEST_WINDOW_DAYS);
  }
});
