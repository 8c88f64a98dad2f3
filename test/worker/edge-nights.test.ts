import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import {
  EDGE_RECORDS,
  EXPECTED_GAPS,
  EXPECTED_NIGHTS,
  EXPECTED_PERIODS,
  INVALID_DAY,
} from '../fixtures/oura/edge-nights.ts';
import { API_KEY } from '../helpers/dependencies.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';
import { type FixtureOura, startFixtureOura } from '../helpers/fixture-oura.ts';
import { type Delivery, openBench, type WorkerBench } from './worker-bench.ts';

const NIGHTS = Object.keys(EXPECTED_NIGHTS);
const GAPS = Object.keys(EXPECTED_GAPS);
const DATES = [...NIGHTS, INVALID_DAY.date, ...GAPS];

let bench: WorkerBench;
let oura: FixtureOura;
let delivery: Delivery;
let logged: string;
let logLines: Record<string, unknown>[];

// One invocation of all these dates; every test looks at another side of it.
beforeAll(async () => {
  bench = await openBench();
  oura = await startFixtureOura({ records: EDGE_RECORDS, pageSize: 2 });
  bench.stack.clock.set('2026-04-10T12:00:00+03:00');
  await bench.plan('edge', DATES);
  delivery = await bench.worker(oura).deliver();
  logged = bench.stack.log().text();
  logLines = bench.stack.log().lines();
});
afterAll(async () => {
  await oura.stop();
  await bench.stack.stop();
});

test.each(NIGHTS)('stores the night of %s to the last field', async (date) => {
  const night = await bench.night(date);
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, night?.[name]]));
  expect(metrics).toEqual(EXPECTED_NIGHTS[date]);
  expect(night?.periods).toHaveLength(EXPECTED_PERIODS[date] ?? 0);
  expect(night).toMatchObject({
    date,
    revision: 1,
    first_synced_at: '2026-04-10T09:00:00.000Z',
    updated_at: '2026-04-10T09:00:00.000Z',
    history: [],
  });
});

test('stores every period unchanged, without its series', async () => {
  const series = ['heart_rate', 'hrv', 'movement_30_sec', 'sleep_phase_5_min', 'sleep_phase_30_sec'];
  for (const { date, periods } of await bench.nights()) {
    const sent = EDGE_RECORDS.sleep.filter(({ day }) => day === date);
    for (const period of periods) {
      const own = sent.find(({ id }) => id === period['id']);
      const dropped = [...series, 'app_sleep_phase_5_min'];
      expect(period).toEqual(
        Object.fromEntries(Object.entries(own ?? {}).filter(([name]) => !dropped.includes(name))),
      );
    }
  }
});

test('stores no other night', async () => {
  expect((await bench.nights()).map(({ date }) => date).sort()).toEqual(NIGHTS);
});

test('requests each collection once for the whole range, two days wider on either side, page by page', () => {
  const first = oura.requests.filter(({ query }) => query['next_token'] === undefined);
  expect(first.map(({ collection }) => collection).sort()).toEqual(
    ['daily_activity', 'daily_readiness', 'daily_sleep', 'daily_spo2', 'sleep'].sort(),
  );
  for (const { collection, query } of first.filter((one) => one.collection !== 'daily_activity'))
    expect([collection, query['start_date'], query['end_date']]).toEqual([
      collection,
      '2026-03-08',
      '2026-04-11',
    ]);
  expect(oura.requests.length).toBeGreaterThan(20);
});

test('requests the activity only of days without a night', () => {
  const activity = oura.requests.find(({ collection }) => collection === 'daily_activity');
  expect(activity?.query).toMatchObject({ start_date: '2026-04-05', end_date: '2026-04-11' });
});

test('a night is settled once no re-read of it is scheduled', async () => {
  const settled = Object.fromEntries((await bench.nights()).map((night) => [night.date, night.settled]));
  // Aged 31, 30 and 29 days: the last re-read is at 30.
  expect(settled).toMatchObject({ '2026-03-10': true, '2026-03-11': true, '2026-03-12': false });
  expect(await bench.day('2026-03-12')).toMatchObject({ settled: false, next_check_on: '2026-04-11' });
  expect(await bench.day('2026-03-10')).toMatchObject({ settled: true, next_check_on: null });
});

test.each(Object.entries(EXPECTED_GAPS))('%s has no night because of: %s', async (date, reason) => {
  expect(await bench.day(date)).toMatchObject({
    state: 'no_data',
    reason,
    settled: false,
    run_id: 'edge',
    attempts: 1,
    reason_since: '2026-04-10T09:00:00.000Z',
  });
});

test('only the invalid day fails, and goes to the dead-letter queue at once', async () => {
  const { Records } = await bench.stack.queues.receive('deadLetter');
  expect(Records.map(({ body }) => JSON.parse(body).date)).toEqual([INVALID_DAY.date]);
  const attributes = Records[0]?.messageAttributes ?? {};
  expect(attributes['failure_name']?.stringValue).toBe('InvalidRecord');
  expect(attributes['failure_message']?.stringValue).toContain(INVALID_DAY.path);
  expect(attributes['attempts']?.stringValue).toBe('1');
  expect(await bench.day(INVALID_DAY.date)).toMatchObject({ state: 'failed', reason: 'InvalidRecord' });
});

test('acknowledges every message: settled, or copied to the dead-letter queue', () => {
  expect(delivery.records).toHaveLength(DATES.length);
  expect(delivery.failedIds).toEqual([]);
});

test('the ledger has each date in its outcome, and the run waits for the one that failed', async () => {
  expect(await bench.run('edge')).toMatchObject({
    stored: NIGHTS,
    no_data: GAPS,
    unchanged: [],
    failed: [],
    pending: [INVALID_DAY.date],
  });
  expect(await bench.stack.isWaiting('edge')).toBe(true);
});

test('the log holds no token and no health value', () => {
  expect(logged).not.toContain(API_KEY);
  expect(logged).not.toMatch(/-14_?400/);
  for (const night of Object.values(EXPECTED_NIGHTS)) {
    expect(logged).not.toContain(night.bedtime_start);
    if (night.total_sleep_duration !== null)
      expect(logged).not.toMatch(new RegExp(`\\b${night.total_sleep_duration}\\b`));
  }
});

test('writes EMF metrics that count dates and calls', () => {
  const metrics = logLines.filter(isEmf);
  for (const line of metrics) expectEmf(line);
  const sum = (name: string) =>
    metrics.flatMap((line) => line[name] ?? []).reduce((total: number, value) => total + Number(value), 0);
  expect(sum('DatesStored')).toBe(NIGHTS.length);
  expect(sum('DatesWithoutData')).toBe(GAPS.length);
  expect(sum('DatesFailed')).toBe(1);
  expect(sum('OuraCalls')).toBe(oura.requests.length);
});
