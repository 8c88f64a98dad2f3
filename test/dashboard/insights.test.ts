import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type {
  Direction,
  InsightsAnswer,
  PairName,
  PointsAnswer,
  RareNightsAnswer,
} from '../../services/dashboard/server/api.ts';
import { effects } from '../../services/insights/effects/effects.ts';
import { measureRows } from '../../services/insights/measures/describe.ts';
import { readInsights } from '../../services/insights/read-insights.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { createWorkouts } from '../../shared/aws/store/workouts.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
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
    daysFrom(FIRST, TODAY).map((date, index) => {
      const metrics = { total_sleep_duration: Math.round(asleepOn(index)), hrv: 50 + (index % 7) };
      const inBed = {
        bedtime_start: `${addDays(date, -1)}T22:00:00+00:00`,
        bedtime_end: `${date}T07:00:00+00:00`,
      };
      return table.put(nightOf(date, { ...metrics, ...inBed }, inBed), { askedAt, settled: true });
    }),
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

const readPoints = (
  direction: Direction,
  { sleep_metric, training_metric, lag_days }: PairName,
  more = '',
): Promise<PointsAnswer> =>
  page.get<PointsAnswer>(
    `/api/insights/points?direction=${direction}&sleep_metric=${sleep_metric}&training_metric=${training_metric}&lag_days=${lag_days}${more}`,
  );

test.each([
  ['all nights', '', {}],
  ['a range', '?from=2026-01-01&to=2026-03-01', { from: '2026-01-01', to: '2026-03-01' }],
])('the insights of %s equal those of npm run insights', async (_, query, range) => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const { measure_rows, skipped, ...insights } = await page.get<InsightsAnswer>(`/api/insights${query}`);
  expect(insights).toEqual(JSON.parse(JSON.stringify(await command(range))));
  expect(insights.sleep_to_training.primary[0]?.n).toBeGreaterThan(20);
  expect(measure_rows).toEqual(measureRows(insights.measures));
  expect(skipped).toBe(0);
});

test('the points of a pair are its n sessions with the stored values', async () => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const range = 'from=2026-02-01';
  const insights = await page.get<InsightsAnswer>(`/api/insights?${range}`);
  const isAsleep = ({ sleep_metric }: PairName) => sleep_metric === 'total_sleep_duration';
  const [before] = insights.sleep_to_training.primary.filter(isAsleep);
  const [after] = insights.training_to_sleep.primary.filter(isAsleep);
  if (!before || !after) throw new Error('The time asleep is not a main measure');
  const asleepOn = (date: Day) => Math.round(hoursOn(daysFrom(FIRST, TODAY).indexOf(date)) * 3600);
  const earlier = await readPoints('sleep_to_training', before, `&${range}`);
  expect(earlier.points).toHaveLength(before.n);
  expect(earlier.points.map(({ x }) => x)).toEqual(earlier.points.map(({ date }) => asleepOn(date)));
  const two = await readPoints('sleep_to_training', { ...before, lag_days: 2 }, `&${range}`);
  expect(two.points.map(({ x }) => x)).toEqual(two.points.map(({ date }) => asleepOn(addDays(date, -2))));
  const later = await readPoints('training_to_sleep', after, `&${range}`);
  expect(later.points).toHaveLength(after.n);
  expect(later.points.map(({ y }) => y)).toEqual(later.points.map(({ date }) => asleepOn(addDays(date, 1))));
});

test('the units of a request change sizes and sentences, and an unknown unit is rejected', async () => {
  await Promise.all([storeNights(), storeWorkouts()]);
  const [inKilograms, inPounds] = await Promise.all([
    page.get<InsightsAnswer>('/api/insights'),
    page.get<InsightsAnswer>('/api/insights?weight=lb&clock=12'),
  ]);
  const unitsOf = ({ sleep_to_training }: InsightsAnswer) =>
    new Set(sleep_to_training.primary.flatMap(({ natural }) => natural?.unit ?? []));
  expect([unitsOf(inKilograms).has('kg'), unitsOf(inPounds).has('kg')]).toEqual([true, false]);
  expect(unitsOf(inPounds)).toContain('lb');
  expect(inPounds.measure_rows).toEqual(
    measureRows(inKilograms.measures, { clock: '12', temperature: '°C', weight: 'lb' }),
  );
  expect((await page.send('/api/insights?weight=stone')).status).toBe(400);
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
  const [pair] = trained.sleep_to_training.primary;
  if (!pair) throw new Error('There is no main pair');
  expect(pair.n).toBeGreaterThan(first.sleep_to_training.primary[0]?.n ?? 0);
  expect((await readPoints('sleep_to_training', pair)).points).toHaveLength(pair.n);
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
    nights: 0,
    trends: [],
    rare_nights: [],
    measures: { weeks: [], exercises: [] },
    ...effects([], []),
    measure_rows: [],
    skipped: 0,
  });
  await storeNights();
  const { trends, sleep_to_training } = await page.get<InsightsAnswer>('/api/insights');
  expect([trends.length, sleep_to_training.sessions]).toEqual([METRIC_NAMES.length, 0]);
});

test('claims nothing below twenty sessions, and each pair has its number of sessions', async () => {
  await Promise.all([storeNights(), storeWorkouts(9)]);
  const { sleep_to_training } = await page.get<InsightsAnswer>('/api/insights');
  expect(sleep_to_training.sessions).toBe(12);
  for (const effect of sleep_to_training.primary)
    expect(effect).toMatchObject({ verdict: 'not tested', rho: null, natural: null });
});

test.each([
  '/api/insights?from=2026-02-30',
  '/api/insights?from=2026-03-02&to=2026-03-01',
  '/api/insights/points',
  '/api/insights/points?direction=sleep_to_training&sleep_metric=hrv&training_metric=sets&lag_days=9',
  '/api/insights/points?direction=sideways&sleep_metric=hrv&training_metric=sets&lag_days=0',
  '/api/insights/points?direction=training_to_sleep&sleep_metric=__proto__&training_metric=sets&lag_days=0',
])('rejects %s in one sentence', async (path) => {
  const { status, body } = await page.send(path);
  expect([status, JSON.parse(body)]).toEqual([400, { error: expect.stringMatching(/^[A-Zf].*\.$/) }]);
});
