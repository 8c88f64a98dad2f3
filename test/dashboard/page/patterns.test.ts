import { viewOf } from '../../../services/dashboard/page/metrics.ts';
import { bedtimesText } from '../../../services/dashboard/page/trends/bedtimes-text.ts';
import { groupName } from '../../../services/dashboard/page/trends/group-text.ts';
import { WEEKDAYS, weekdaysText } from '../../../services/dashboard/page/trends/weekdays-text.ts';
import { monthsOf, yearsText } from '../../../services/dashboard/page/trends/years-text.ts';
import type { MetricSummary, NightGroup, Summaries } from '../../../services/dashboard/server/api.ts';

const HRV = viewOf('hrv');

/** A group with a median of HRV. */
const groupOf = (from: string, median: number | null, nights = 4): NightGroup => ({
  ...{ from, to: from, nights },
  metrics: { hrv: median === null ? null : [median - 5, median, median + 5] } as NightGroup['metrics'],
});
const weekOf = (medians: readonly number[], nights = 4) => ({
  groups: medians.map((median, index) => groupOf(`2026-03-0${2 + index}`, median, nights)),
});

test('the weekdays are compared by their medians', () => {
  expect(weekdaysText(weekOf([50, 51, 49, 52, 53, 60, 58]), HRV)).toBe(
    'Highest on Saturdays (median 60 ms), lowest on Wednesdays (49 ms).',
  );
  expect(weekdaysText(weekOf([50, 50, 50, 50, 50, 50, 50]), HRV)).toBe('The same median on every weekday.');
});

test('weekdays with few nights are not compared', () => {
  expect(weekdaysText(weekOf([50, 51, 49, 52, 53, 60, 58], 3), HRV)).toMatch(/^Too few nights/);
  expect(weekdaysText(weekOf([50, 51, 49]), HRV)).toMatch(/^Too few nights/);
  expect(weekdaysText({ groups: [groupOf('2026-03-02', null)] }, HRV)).toBe(
    'HRV: Oura has no value for these nights.',
  );
});

const yearOf = (year: number, medians: readonly (number | null)[]) =>
  medians.map((median, month) => groupOf(`${year}-${String(month + 1).padStart(2, '0')}-01`, median));

test('years are compared in the months that both have', () => {
  const groups = [...yearOf(2025, [50, 52, 54, 99]), ...yearOf(2026, [53, null, 55])];
  expect(yearsText({ groups }, HRV)).toBe(
    'In the 2 months that both years have, 2026 is 2 ms higher than 2025.',
  );
  expect(yearsText({ groups: [...yearOf(2025, [50]), ...yearOf(2026, [49])] }, HRV)).toBe(
    'In the month that both years have, 2026 is 1 ms lower than 2025.',
  );
});

test('years without a month in common are not compared', () => {
  expect(yearsText({ groups: yearOf(2026, [50]) }, HRV)).toBe('No month has nights of both 2025 and 2026.');
  expect(yearsText({ groups: [...yearOf(2024, [50]), ...yearOf(2026, [49])] }, HRV)).toMatch(/^No month/);
  expect(yearsText({ groups: [] }, HRV)).toBe('HRV: Oura has no value for any night.');
});

test('a month without a value is no point of its year', () => {
  expect(monthsOf({ groups: yearOf(2026, [50, null, 52]) }, 'hrv')).toEqual([
    { year: 2026, month: 0, median: 50 },
    { year: 2026, month: 2, median: 52 },
  ]);
});

test('a group has the name of its days', () => {
  expect(groupName({ from: '2026-03-02' }, 'week')).toBe('Week of Mon, 2 Mar 2026');
  expect(groupName({ from: '2026-03-02' }, 'month')).toBe('March 2026');
  expect(WEEKDAYS.map((_, index) => groupName({ from: `2026-03-0${2 + index}` }, 'weekday'))).toEqual(
    WEEKDAYS.map((name) => `${name}s`),
  );
});

const minutes = (median: number, change: Partial<MetricSummary> = {}): MetricSummary => ({
  ...{ nights: 30, quartiles: [median - 20, median, median + 20], change: 0, direction: 'unclear' },
  ...change,
});
const summaries = (bedtime_start: MetricSummary, bedtime_end: MetricSummary) =>
  ({ bedtime_start, bedtime_end }) as Summaries;

test('bedtimes are said on the clock, with how they moved', () => {
  expect(bedtimesText(summaries(minutes(-50), minutes(410)), 'night')).toBe(
    'Usually in bed at 23:10, up at 06:50. No clear change.',
  );
  const later = minutes(-50, { change: 34, direction: 'rising' });
  const earlier = minutes(410, { change: -12, direction: 'falling' });
  expect(bedtimesText(summaries(later, earlier), 'week')).toBe(
    'Usually in bed at 23:10, up at 06:50. Bedtime later by about 34 min. Wake-up earlier by about 12 min.',
  );
  const few = minutes(-50, { change: null, direction: 'unknown' });
  expect(bedtimesText(summaries(few, few), 'week')).toMatch(/Too few weeks to show a change\.$/);
  const only = { nights: 1, change: null, direction: 'unknown' } as const;
  expect(bedtimesText(summaries(minutes(-50, only), minutes(410, only)), 'night')).toBe(
    'In bed at 23:10, up at 06:50 in the only night with a bedtime.',
  );
  expect(bedtimesText(summaries(minutes(0, { quartiles: null }), minutes(0)), 'week')).toMatch(/no value/);
});
