import { MAIN_METRICS, MORE_METRICS, viewOf } from '../../../services/dashboard/page/metrics.ts';
import { tipPlace } from '../../../services/dashboard/page/tip-place.ts';
import {
  apart,
  daysAxis,
  domainOf,
  halfBar,
  metricDomain,
} from '../../../services/dashboard/page/trends/axes.ts';
import { hoursAfter, hourTicks, tickText } from '../../../services/dashboard/page/trends/clock-hours.ts';
import { drawnIn, markOf } from '../../../services/dashboard/page/trends/night-marks.ts';
import { nearestIndex, steppedIndex } from '../../../services/dashboard/page/trends/readings.ts';
import { summaryText } from '../../../services/dashboard/page/trends/summary-text.ts';
import type { MetricSummary } from '../../../services/dashboard/server/api.ts';

const anything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

test.each([
  ['one value is in the middle', [50], anything, [48, 52]],
  ['equal values are in the middle', [50, 50], anything, [48, 52]],
  ['values that hardly differ do not fill it', [50, 51], anything, [48.5, 52.5]],
  ['values that differ fill it', [40, 60], anything, [40, 60]],
  ['it does not exceed the highest possible value', [100], [0, 100], [96, 100]],
  ['it does not exceed the lowest possible value', [0, 1], [0, 100], [0, 4]],
] as const)('an axis fits its values: %s', (_, values, bounds, ends) => {
  expect(domainOf(values, 4, bounds)).toEqual(ends);
});

test('an axis without values has no ends', () => {
  expect(domainOf([], 4, anything)).toBeUndefined();
});

test.each([...MAIN_METRICS, ...MORE_METRICS])('$metric: a constant value has an axis around it', (view) => {
  const [low, high] = metricDomain(view, [view.axis(86)]) ?? [];
  expect(low).toBeLessThanOrEqual(view.axis(86));
  expect(high).toBeGreaterThanOrEqual(view.axis(86));
  expect(Number(high) - Number(low)).toBeGreaterThan(0);
});

test.each([1, 2, 5, 7])('with %i days, each tick is a day', (days) => {
  const to = `2026-03-0${days}`;
  const { ticks } = daysAxis({ from: '2026-03-01', to }, 500);
  expect([...(ticks as Date[])].map((tick) => tick.toISOString().slice(0, 10))).toEqual(
    Array.from({ length: days }, (_, index) => `2026-03-0${index + 1}`),
  );
});

test('the bar of a night has its share of the day, and is not wider than a column with few nights', () => {
  const pixels = (to: string) =>
    2 * halfBar({ from: '2026-03-01', to }, 500, 0.4) * (500 / Number(to.slice(8)));
  expect(pixels('2026-03-25')).toBeCloseTo(0.8 * 20, 6);
  for (const to of ['2026-03-01', '2026-03-02']) expect(pixels(to)).toBeCloseTo(64, 6);
});

test('names beside lines keep their distance and their order', () => {
  expect(apart([1, 4, 1.2, 1.1], 0.5)).toEqual([1, 4, 2, 1.5]);
  expect(apart([3, 1, 2], 0.5)).toEqual([3, 1, 2]);
});

test('ticks of the days do not touch each other on a narrow screen', () => {
  for (const width of [240, 320, 500, 1100])
    for (let days = 1; days <= 31; days += 1) {
      const to = new Date(Date.UTC(2026, 2, days)).toISOString().slice(0, 10);
      const { ticks } = daysAxis({ from: '2026-03-01', to }, width);
      const count = typeof ticks === 'number' ? ticks : (ticks as Date[]).length;
      expect(count).toBeLessThanOrEqual(width / 60);
    }
});

test('hours count from the first midnight of the date, by the clock of the sleeper', () => {
  expect(hoursAfter('2026-03-10', '2026-03-09T22:30:00-07:00')).toBe(-1.5);
  expect(hoursAfter('2026-03-10', '2026-03-10T14:15:00-07:00')).toBe(14.25);
  // The clock went forward at 02:00.
  expect(hoursAfter('2026-03-08', '2026-03-08T07:00:00-07:00')).toBe(7);
});

test.each([
  [
    [2.8, 3.9],
    [3, 3.25, 3.5, 3.75],
  ],
  [[-1.5, 7.2], [-1, 0, 1, 2, 3, 4, 5, 6, 7].filter((hour) => hour % 2 === 0)],
  [
    [-2, 14],
    [-2, 0, 2, 4, 6, 8, 10, 12, 14],
  ],
  [
    [-11, 30],
    [-6, 0, 6, 12, 18, 24, 30],
  ],
  [[], []],
])('the hours of %j have the ticks %j', (hours, ticks) => {
  expect(hourTicks(hours)).toEqual(ticks);
});

test('ticks between the hours have minutes', () => {
  expect([3, 3.25, -0.5].map(tickText)).toEqual(['03:00', '03:15', '23:30']);
});

test('a wrong date among the bedtimes does not add ticks without end', () => {
  expect(hourTicks([-1, 9_000_000]).length).toBeLessThanOrEqual(10);
});

test('the nearest reading is the one with the least distance across, and then down', () => {
  const spots = [5, 15, 25].map((x) => ({ x, y: 0 }));
  expect([0, 4, 9, 14, 16, 99].map((x) => nearestIndex(spots, { x, y: 80 }))).toEqual([0, 0, 0, 1, 1, 2]);
  const years = [
    { x: 5, y: 10 },
    { x: 5, y: 50 },
    { x: 15, y: 90 },
  ];
  expect([0, 29, 31, 99].map((y) => nearestIndex(years, { x: 6, y }))).toEqual([0, 0, 1, 1]);
});

test.each([
  ['ArrowRight', 5],
  ['ArrowLeft', 3],
  ['PageUp', 9],
  ['PageDown', 0],
  ['Home', 0],
  ['End', 9],
  ['a', undefined],
])('%s moves from the fifth of ten readings', (key, next) => {
  expect(steppedIndex(key, 4, 10)).toBe(next);
});

test('a night has the mark of what matters most about it', () => {
  const night = { settled: true, revision: 1 };
  expect(markOf(night, false)).toBe('night');
  expect(markOf({ settled: true, revision: 2 }, false)).toBe('revised');
  expect(markOf({ settled: false, revision: 2 }, false)).toBe('provisional');
  expect(markOf({ settled: false, revision: 2 }, true)).toBe('rare');
});

test('the legend has only what is drawn', () => {
  const range = { from: '2026-03-01', to: '2026-03-10' };
  const first = {
    ...range,
    nights: [{ settled: false, revision: 1 }],
    rare_nights: [{ date: '2026-02-28' }],
  };
  expect([...drawnIn({ ...first, trends: { hrv: [{ mean: null, low: null }] } })]).toEqual(['provisional']);
  expect([...drawnIn({ ...first, trends: { hrv: [{ mean: 60, low: null }] } })]).toEqual([
    'provisional',
    'mean',
  ]);
  const later = { ...range, nights: [{ settled: true, revision: 2 }], rare_nights: [{ date: '2026-03-10' }] };
  expect([...drawnIn({ ...later, trends: { hrv: [{ mean: 60, low: 50 }] } })]).toEqual([
    'revised',
    'rare',
    'mean',
    'band',
  ]);
});

const summary = (change: Partial<MetricSummary>): string =>
  summaryText(
    viewOf('hrv'),
    { nights: 30, quartiles: [48, 52, 57], change: 6.34, direction: 'rising', ...change },
    'night',
  );

test('a summary says median, spread, change and direction', () => {
  expect(summary({})).toBe('Median 52 ms in 30 nights, half of them 48–57 ms. Rising, by about 6.3 ms.');
  expect(summary({ direction: 'falling', change: -12 })).toMatch(/Falling, by about 12 ms\.$/);
  expect(summary({ direction: 'unclear' })).toMatch(/No clear change\.$/);
  expect(summary({ direction: 'unknown', change: null })).toMatch(/Too few nights to show a change\.$/);
});

test('a summary of few values claims no spread, and one without values says so', () => {
  expect(summary({ nights: 1 })).toBe('52 ms in the only night with a value.');
  expect(summary({ quartiles: [52, 52, 52], direction: 'unclear' })).toBe(
    'Median 52 ms in 30 nights. No clear change.',
  );
  expect(summary({ nights: 0, quartiles: null })).toBe('HRV: Oura has no value for these nights.');
});

test('a tip stays on the screen', () => {
  const [tip, chart, screen] = [{ width: 200, height: 80 }, { x: 20, y: 300 }, { width: 320 }];
  for (const x of [0, 60, 140, 280]) {
    const place = tipPlace(tip, { x, y: 50 }, chart, screen);
    expect(place.x + chart.x).toBeGreaterThanOrEqual(8);
    expect(place.x + chart.x + tip.width).toBeLessThanOrEqual(312);
    expect(place.y).toBe(-42);
  }
  // At the top of the screen there is no room above.
  expect(tipPlace(tip, { x: 140, y: 50 }, { x: 20, y: 10 }, screen).y).toBe(62);
});
