import { addDays, daysFrom } from '../../../shared/core/day.ts';
import {
  fetchWindows,
  isLongWindow,
  isTooMuch,
  WINDOW_DAYS,
  windowQueue,
} from '../../../shared/oura/api/fetch-windows.ts';
import { OuraRateLimited, OuraRejected, OuraUnavailable } from '../../../shared/oura/errors.ts';

const [LONGEST, ADVISED, SHORTEST] = WINDOW_DAYS;
const days = (count: number, from = '2016-03-01') => daysFrom(from, addDays(from, count - 1));
/** Fewer dates over the same time: planning takes the square of their number, once for each mutant. */
const everyFifth = (count: number) => days(count).filter((_, index) => index % 5 === 0);
const sizes = (windows: readonly { dates: readonly string[] }[]) => windows.map(({ dates }) => dates.length);
const drain = (queue: ReturnType<typeof windowQueue>) =>
  Array.from({ length: 1000 }, () => queue.next()).filter((window) => window !== undefined);

test('requests a week in one window, two days wider on either side', () => {
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

test('makes no windows without dates', () => {
  expect(fetchWindows([])).toEqual([]);
});

test('divides a large batch evenly, so that a window fits on a page with room to spare', () => {
  expect(sizes(fetchWindows(everyFifth(1000)))).toEqual([100, 100]);
  expect(sizes(fetchWindows(everyFifth(1500)))).toEqual([100, 100, 100]);
});

test('spans a gap if that saves a window, and not if it costs as many requests', () => {
  expect(fetchWindows(['2024-01-01', addDays('2024-01-01', 600)])).toHaveLength(1);
  expect(fetchWindows(['2024-01-01', addDays('2024-01-01', 800)])).toHaveLength(2);
});

test('cuts a long run of dates rather than a gap if that saves a page', () => {
  // 700 dates and the padding are 1,056 records of sleep: two pages.
  const dates = [...everyFifth(700), ...days(100, addDays('2016-03-01', 800))];
  expect(sizes(fetchWindows(dates))).toEqual([90, 150]);
});

test('cuts at the wider gap, although windows of more equal length would cost as many requests', () => {
  const dates = [...days(10), ...days(101, addDays('2016-03-01', 30)), addDays('2016-03-01', 155)];
  expect(sizes(fetchWindows(dates, { longestDays: 150 }))).toEqual([111, 1]);
});

test('covers ten years of unordered dates in six windows', () => {
  expect(fetchWindows(everyFifth(3650).reverse())).toHaveLength(6);
});

test('shortens to the length that Oura advises, then further, with all remaining dates', () => {
  const queue = windowQueue(days(1000));
  const first = queue.next();
  expect(first && queue.shorten(first)).toBe(true);
  const second = queue.next();
  expect(second?.dates.length).toBeLessThanOrEqual(ADVISED - 4);
  expect(second && queue.shorten(second)).toBe(true);
  const rest = drain(queue);
  expect(Math.max(...sizes(rest))).toBeLessThanOrEqual(SHORTEST - 4);
  expect(rest.flatMap(({ dates }) => dates)).toEqual(days(1000));
});

test('does not shorten a short window', () => {
  const queue = windowQueue(days(SHORTEST - 4));
  const window = queue.next();
  expect(window && queue.shorten(window)).toBe(false);
  expect(queue.next()).toBeUndefined();
});

test('windows with urgent dates come first, even after shortening', () => {
  const urgent = addDays('2016-03-01', 1200);
  const queue = windowQueue(everyFifth(1460), { urgent: new Set([urgent]) });
  const first = queue.next();
  expect(first?.dates).toContain(urgent);
  expect(first && queue.shorten(first)).toBe(true);
  expect(queue.next()?.dates).toContain(urgent);
});

test('requests each date once, urgent or not', () => {
  const dates = everyFifth(1460);
  const queue = windowQueue(dates, { urgent: new Set([addDays('2016-03-01', 1200)]) });
  const requested = drain(queue).flatMap((window) => window.dates);
  expect(requested.sort()).toEqual(dates);
});

test.each([
  [new OuraRejected({ collection: 'sleep', status: 400 }), true],
  [new OuraRejected({ collection: 'sleep', status: 422 }), true],
  [new OuraRejected({ collection: 'sleep', status: 413 }), true],
  [new OuraRejected({ collection: 'sleep', status: 414 }), true],
  [new OuraRejected({ collection: 'sleep', status: 404 }), false],
  [new OuraUnavailable({ collection: 'sleep', what: 'timeout' }), true],
  [new OuraUnavailable({ collection: 'sleep', what: 'too large' }), true],
  [new OuraUnavailable({ collection: 'sleep', what: 'unexpected status', status: 504 }), true],
  [new OuraUnavailable({ collection: 'sleep', what: 'unexpected status', status: 503 }), false],
  [new OuraRateLimited({ collection: 'sleep', waitMs: 1000 }), false],
])('%s: a shorter window may succeed: %s', (error, expected) => {
  expect(isTooMuch(error)).toBe(expected);
});

test('no window is longer than two years', () => {
  expect(LONGEST).toBe(731);
  for (const { start_date, end_date } of fetchWindows(everyFifth(4000))) {
    expect(daysFrom(start_date, end_date).length).toBeLessThanOrEqual(LONGEST);
  }
});

test.each([
  [ADVISED, false],
  [ADVISED + 1, true],
])('a window of %d days is a long one: %s', (length, expected) => {
  const start_date = '2026-01-01';
  expect(isLongWindow({ start_date, end_date: addDays(start_date, length - 1) })).toBe(expected);
});

test('a window holds exactly the allowed number of days, padding included', () => {
  expect(fetchWindows(days(SHORTEST - 4), { longestDays: SHORTEST })).toHaveLength(1);
  expect(fetchWindows(days(SHORTEST - 3), { longestDays: SHORTEST })).toHaveLength(2);
});

test('a single date is a window at any limit', () => {
  expect(sizes(fetchWindows(days(2), { longestDays: 1 }))).toEqual([1, 1]);
});

test('a window of the advised length is split into the shortest ones', () => {
  const queue = windowQueue(days(ADVISED - 4));
  const window = queue.next();
  expect(window && queue.shorten(window)).toBe(true);
  expect(Math.max(...sizes(drain(queue)))).toBeLessThanOrEqual(SHORTEST - 4);
});
