import type { NightsAnswer, RangesAnswer, RegularityAnswer } from '../../services/dashboard/server/api.ts';
import { type DatedMetrics, grainOf, groupNights } from '../../services/dashboard/server/group-nights.ts';
import { rangesOf } from '../../services/dashboard/server/read-ranges.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { nightOf } from '../aws/store/nights.ts';
import { ringNights } from '../helpers/ring-nights.ts';
import { ledgerOf, servePage, type TestPage } from './support/served.ts';

const TODAY = '2026-03-10';
const NOON = Date.parse('2026-03-10T12:00:00-07:00');

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterEach(() => page.stack.clear());
afterAll(() => page.stop());

const ledger = () => ledgerOf(page.stack);

/** The nights up to `last` with the metrics of `of`, by their position. */
const nightsOf = (
  count: number,
  of: (index: number) => Partial<NightMetrics>,
  last: Day = TODAY,
): DatedMetrics[] => daysFrom(addDays(last, 1 - count), last).map((date, index) => nightOf(date, of(index)));

const hrvOf = (answer: RangesAnswer | null) => answer?.summaries.hrv;

test.each([
  [7, 'night'],
  [120, 'night'],
  [121, 'week'],
  [365, 'week'],
  [732, 'week'],
  [733, 'month'],
  [3653, 'month'],
])('%i days are grouped by %s', (days, grain) => {
  expect(grainOf({ from: '2016-01-01', to: addDays('2016-01-01', days - 1) })).toBe(grain);
});

test('weeks begin on Monday, and the range cuts off the first and the last one', () => {
  // 2026-03-10 was a Tuesday.
  const groups = groupNights(
    nightsOf(12, () => ({})),
    { from: '2026-02-27', to: TODAY },
    'week',
  );
  expect(groups.map(({ from, to, nights }) => [from, to, nights])).toEqual([
    ['2026-02-27', '2026-03-01', 3],
    ['2026-03-02', '2026-03-08', 7],
    ['2026-03-09', '2026-03-10', 2],
  ]);
});

test('months have their own lengths', () => {
  const groups = groupNights(
    nightsOf(800, () => ({})),
    { from: '2024-01-31', to: '2024-04-01' },
    'month',
  );
  expect(groups.map(({ from, to, nights }) => [from, to, nights])).toEqual([
    ['2024-01-31', '2024-01-31', 1],
    ['2024-02-01', '2024-02-29', 29],
    ['2024-03-01', '2024-03-31', 31],
    ['2024-04-01', '2024-04-01', 1],
  ]);
});

test('weekdays begin with Monday, and each has all of its nights', () => {
  const groups = groupNights(
    nightsOf(14, (index) => ({ hrv: index })),
    { from: addDays(TODAY, -13), to: TODAY },
    'weekday',
  );
  expect(groups.map(({ from }) => new Date(from).getUTCDay())).toEqual([1, 2, 3, 4, 5, 6, 0]);
  // The first of 14 nights, on a Wednesday, has index 0 and the one a week later index 7.
  expect(groups.map(({ nights, metrics }) => [nights, metrics.hrv?.[1]])).toEqual([
    [2, 8.5],
    [2, 9.5],
    [2, 3.5],
    [2, 4.5],
    [2, 5.5],
    [2, 6.5],
    [2, 7.5],
  ]);
});

test('quartiles are those of NumPy, and only of the nights that have a value', () => {
  const values = [3, 6, 7, 8, 8, 9, 10, 13, null, 15, 16, 20];
  const [group] = groupNights(
    nightsOf(12, (index) => ({ hrv: values[index] ?? null }), '2026-03-31'),
    { from: '2026-03-01', to: '2026-03-31' },
    'month',
  );
  // np.percentile([3, 6, 7, 8, 8, 9, 10, 13, 15, 16, 20], [25, 50, 75])
  expect(group?.metrics.hrv).toEqual([7.5, 9, 14]);
  expect(group?.metrics.heart_rate).toBeNull();
  expect(group?.nights).toBe(12);
});

test('bedtimes on both sides of midnight are close to each other', () => {
  const times = ['2026-03-08T23:00:00-07:00', '2026-03-10T01:00:00-07:00'];
  const [group] = groupNights(
    nightsOf(2, (index) => ({ bedtime_start: times[index] ?? null })),
    { from: '2026-03-09', to: TODAY },
    'week',
  );
  expect(group?.metrics.bedtime_start).toEqual([-30, 0, 30]);
});

test('a group without nights is there, with no value', () => {
  const groups = groupNights(
    nightsOf(1, () => ({ hrv: 50 })),
    { from: '2026-02-23', to: TODAY },
    'week',
  );
  expect(groups.map(({ nights, metrics }) => [nights, metrics.hrv])).toEqual([
    [0, null],
    [0, null],
    [1, [50, 50, 50]],
  ]);
});

test('a range begins with the first stored night and ends with the newest', () => {
  const nights = nightsOf(20, () => ({ hrv: 50 }), '2026-03-08');
  expect(rangesOf(nights, { from: '2025-03-11', to: TODAY })).toMatchObject({
    ...{ from: '2026-02-17', to: '2026-03-08', by: 'night', nights: 20 },
  });
  expect(rangesOf(nights, { from: '2026-03-09' })).toBeNull();
  expect(rangesOf([], {})).toBeNull();
});

test('a summary has the direction of a change only if chance alone would hardly make it', () => {
  const noise = (index: number) => ((index * 7919) % 13) - 6;
  const rising = rangesOf(
    nightsOf(90, (index) => ({ hrv: 50 + index / 3 + noise(index) })),
    {},
  );
  expect(hrvOf(rising)).toMatchObject({ nights: 90, direction: 'rising' });
  // 89 days at a third per day.
  expect(hrvOf(rising)?.change).toBeCloseTo(89 / 3, 0);
  const level = rangesOf(
    nightsOf(90, (index) => ({ hrv: 50 + noise(index) })),
    {},
  );
  expect(hrvOf(level)).toMatchObject({ direction: 'unclear', quartiles: [47, 50, 53] });
  const few = rangesOf(
    nightsOf(13, (index) => ({ hrv: index })),
    {},
  );
  expect(hrvOf(few)).toMatchObject({ nights: 13, change: null, direction: 'unknown' });
});

test('a long range has the summary of its months, and a metric without values none', () => {
  const answer = rangesOf(
    nightsOf(1000, (index) => ({ hrv: 80 - index / 50 })),
    {},
  );
  expect(answer?.by).toBe('month');
  expect(answer?.summaries.hrv).toMatchObject({ nights: 1000, direction: 'falling' });
  expect(answer?.summaries.heart_rate).toEqual({
    ...{ nights: 0, quartiles: null, change: null, direction: 'unknown' },
  });
});

const store = async (nights: readonly DatedMetrics[]) => {
  for (const { date, ...metrics } of nights)
    await ledger().sleepTable.put(nightOf(date, metrics), { askedAt: NOON, settled: true });
  const { dynamodb } = page.stack.raw;
  await createNewestNight(dynamodb, LOGICAL_ID.ouraSyncTable).advance(nights.at(-1)?.date ?? TODAY);
};

test('the page gets the groups of all stored nights, and those of later nights once they are stored', async () => {
  expect(await page.get('/api/ranges')).toBeNull();
  await store(nightsOf(130, () => ({ hrv: 50 }), '2026-03-09'));
  const before = await page.get<RangesAnswer>('/api/ranges?by=month');
  expect(before).toMatchObject({ from: '2025-10-31', to: '2026-03-09', by: 'month', nights: 130 });
  await store([nightOf(TODAY, { hrv: 70 })]);
  const after = await page.get<RangesAnswer>(`/api/ranges?from=${TODAY}`);
  expect(after.groups).toMatchObject([{ from: TODAY, to: TODAY, nights: 1, metrics: { hrv: [70, 70, 70] } }]);
});

test('nights begin with the first stored one if none is stored in the weeks before', async () => {
  await store(nightsOf(5, () => ({ hrv: 50 })));
  const young = await page.get<NightsAnswer>(`/api/nights?from=2026-02-09&to=${TODAY}`);
  expect([young.from, young.trends.hrv.length, young.summaries.hrv.nights]).toEqual(['2026-03-06', 5, 5]);
  await store([nightOf('2026-01-10')]);
  const older = await page.get<NightsAnswer>(`/api/nights?from=2026-02-09&to=${TODAY}`);
  expect(older.from).toBe('2026-02-09');
});

test('a nap is marked among the periods of its night', async () => {
  for (const night of ringNights('2026-02-01', TODAY))
    await ledger().sleepTable.put(night, { askedAt: NOON, settled: true });
  const { nights } = await page.get<NightsAnswer>(`/api/nights?from=2026-02-01&to=${TODAY}`);
  for (const { periods, naps } of nights) expect(periods.filter(({ is_nap }) => is_nap)).toHaveLength(naps);
  expect(nights.some(({ naps }) => naps > 0)).toBe(true);
});

test('the regularity of the weeks of a range is that of the insights', async () => {
  const nights = ringNights('2025-12-01', TODAY);
  for (const night of nights) await ledger().sleepTable.put(night, { askedAt: NOON, settled: true });
  await createNewestNight(page.stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable).advance(TODAY);
  const { weeks } = await page.get<RegularityAnswer>(`/api/regularity?from=2026-01-01&to=${TODAY}`);
  expect(weeks.map(({ date }) => date)).toEqual(
    Array.from({ length: 10 }, (_, week) => addDays('2026-01-06', 7 * week)),
  );
  const { measures } = await page.get<{ measures: { weeks: RegularityAnswer['weeks'] } }>('/api/insights');
  expect(measures.weeks.slice(-10)).toMatchObject(weeks);
  expect(weeks.at(-1)?.sleep_regularity).not.toBeNull();
});

test.each([
  '/api/ranges?by=year',
  '/api/ranges?from=2026-03-02&to=2026-03-01',
  '/api/ranges?to=9999-12-31',
  '/api/regularity?from=yesterday',
])('rejects %s in one sentence', async (path) => {
  const { status, body } = await page.send(path);
  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[A-Z].*\w\.$/) });
});
