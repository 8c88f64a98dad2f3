import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type {
  CorrelationRow,
  InsightsAnswer,
  PointsAnswer,
  RareNightsAnswer,
} from '../../services/dashboard/server/api.ts';
import { effects } from '../../services/insights/effects/effects.ts';
import { readInsights } from '../../services/insights/read-insights.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { createWorkouts } from '../../shared/aws/store/workouts.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { nightOf } from '../aws/store/nights.ts';
import { setOn } from '../insights/sets.ts';
import { servePage, type TestPage } from './support/served.ts';

const TODAY = '2026-03-10';
const FIRST = addDays(TODAY, -99);
const NOON = Date.parse('2026-03-10T12:00:00-07:00');

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterEach(async () => {
  const { dynamodb } = page.stack.raw;
  const TableName = LOGICAL_ID.workoutsTable;
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  for (const { workoutId, timestamp } of Items) {
    await dynamodb.send(new DeleteCommand({ TableName, Key: { workoutId, timestamp } }));
  }
  await page.stack.clear();
});
afterAll(() => page.stop());

/** A repeating wave of 60 different values. */
const hoursOn = (index: number): number => 6 + ((index * 37) % 60) / 30;

const storeNights = (
  asleepOn: (index: number) => number = (index) => hoursOn(index) * 3600,
  askedAt = NOON,
) => {
  const table = createSleepTable(page.stack.raw.dynamodb, LOGICAL_ID.ouraSleepTable);
  return Promise.all(
    daysFrom(FIRST, TODAY).map((date, index) =>
      table.put(nightOf(date, { total_sleep_duration: Math.round(asleepOn(index)), hrv: 50 + (index % 7) }), {
        askedAt,
        settled: true,
      }),
    ),
  );
};

/** Training on every second day, heavier after a long night. */
const storeWorkouts = (every = 2) =>
  createWorkouts(page.stack.raw.dynamodb, LOGICAL_ID.workoutsTable).put(
    daysFrom(FIRST, TODAY).flatMap((date, index) =>
      index % every === 0 ? [setOn(date, 80 + 10 * hoursOn(index), 5)] : [],
    ),
  );

const command = async (range = {}) => {
  const { aws, clock, outputs } = page.stack;
  return (await readInsights({ ...aws, clock, outputs }, range)).insights;
};

const readPoints = (row: CorrelationRow, more = '') => {
  const { sleep_metric, training_metric, lag_days } = row;
  return page.get<PointsAnswer>(
    `/api/insights/points?sleep_metric=${sleep_metric}&training_metric=${training_metric}&lag_days=${lag_days}${more}`,
  );
};

test.each([
  ['all nights', '', {}],
  ['a range', '?from=2026-01-01&to=2026-03-01', { from: '2026-01-01', to: '2026-03-01' }],
])('the insights of %s equal those of npm run insights', async (_, query, range) => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const { correlations, skipped, ...rest } = await page.get<InsightsAnswer>(`/api/insights${query}`);
  const { correlations: wanted, ...others } = await command(range);
  expect(rest).toEqual(JSON.parse(JSON.stringify(others)));
  expect(correlations.map(({ claimed, ...row }) => row)).toEqual(wanted);
  expect(correlations.filter(({ claimed }) => claimed).map(({ verdict }) => verdict)).toContain(
    'volume load rises with time asleep',
  );
  expect(correlations.every(({ claimed, verdict }) => claimed === / (rises|falls) with /.test(verdict))).toBe(
    true,
  );
  expect(skipped).toBe(0);
});

test('the points of a pair are its n days with the stored values', async () => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const range = 'from=2026-02-01';
  const { correlations } = await page.get<InsightsAnswer>(`/api/insights?${range}`);
  for (const row of correlations.filter(({ sleep_metric }) => sleep_metric === 'total_sleep_duration')) {
    const { points } = await readPoints(row, `&${range}`);
    expect(points).toHaveLength(row.n);
    for (const { date, sleep } of points) {
      const night = daysFrom(FIRST, TODAY).indexOf(addDays(date, -row.lag_days));
      expect(sleep).toBe(Math.round(hoursOn(night) * 3600));
    }
  }
});

test('a revised night and a new workout change the insights at once', async () => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const first = await page.get<InsightsAnswer>('/api/insights');
  expect(await page.get<InsightsAnswer>('/api/insights')).toEqual(first);
  await storeNights((index) => hoursOn(index) * 3600 + (index === 99 ? 1800 : 0), NOON + 1);
  const revised = await page.get<InsightsAnswer>('/api/insights');
  expect(revised.trends[0]?.mean_7).toBeCloseTo((first.trends[0]?.mean_7 ?? 0) + 1800 / 7, 6);
  await storeWorkouts(3);
  const trained = await page.get<InsightsAnswer>('/api/insights');
  expect(trained.correlations[0]?.n).toBeGreaterThan(first.correlations[0]?.n ?? 0);
  const [row] = trained.correlations;
  expect((await readPoints(row as CorrelationRow)).points).toHaveLength(row?.n ?? -1);
});

test('the rare nights are those of the insights of all nights', async () => {
  await storeNights((index) => (index === 80 ? 1 : hoursOn(index)) * 3600);
  const { rare_nights } = await page.get<InsightsAnswer>('/api/insights');
  expect(rare_nights.map(({ date }) => date)).toContain(addDays(FIRST, 80));
  expect(await page.get<RareNightsAnswer>('/api/rare-nights')).toEqual({ rare_nights });
});

test('the insights are empty without nights and workouts', async () => {
  expect(await page.get<InsightsAnswer>('/api/insights')).toEqual({
    as_of: TODAY,
    trends: [],
    rare_nights: [],
    correlations: [],
    ...effects([], []),
    skipped: 0,
  });
  await storeNights();
  const { trends, correlations } = await page.get<InsightsAnswer>('/api/insights');
  expect([trends.length, correlations]).toEqual([METRIC_NAMES.length, []]);
});

test('claims nothing below twenty days, and each pair has its number of days', async () => {
  await Promise.all([storeNights(), storeWorkouts(9)]);
  const { correlations } = await page.get<InsightsAnswer>('/api/insights');
  const row = correlations.find(({ sleep_metric }) => sleep_metric === 'total_sleep_duration');
  expect(row).toMatchObject({
    n: 12,
    rho: null,
    claimed: false,
    verdict: 'not tested: 12 days, at least 20 are needed',
  });
});

test.each([
  '/api/insights?from=2026-02-30',
  '/api/insights?from=2026-03-02&to=2026-03-01',
  '/api/insights/points',
  '/api/insights/points?sleep_metric=hrv&training_metric=sets&lag_days=9',
  '/api/insights/points?sleep_metric=__proto__&training_metric=sets&lag_days=0',
])('rejects %s in one sentence', async (path) => {
  const { status, body } = await page.send(path);
  expect([status, JSON.parse(body)]).toEqual([400, { error: expect.stringMatching(/^[A-Zf].*\.$/) }]);
});
