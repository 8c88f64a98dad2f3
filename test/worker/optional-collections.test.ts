import { EDGE_RECORDS, EXPECTED_NIGHTS } from '../fixtures/oura/edge-nights.ts';
import type { FixtureRecord } from '../helpers/fixture-oura.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

const NIGHT = '2026-04-04';
const OTHER = '2026-04-02';
const EXPECTED = EXPECTED_NIGHTS[NIGHT];

const { bench, oura } = benchWithOura(EDGE_RECORDS);

let runs = 0;
const plan = async (...dates: string[]): Promise<string> => {
  const run_id = `optional-${++runs}`;
  await bench.plan(run_id, dates);
  return run_id;
};
const deliver = (env = {}) => bench.worker(oura, { env: { ...AT_ONCE, ...env } }).deliver();
/** Syncs `dates` at noon of `day` in a run of its own, and returns the run. */
const sync = async (day: string, ...dates: string[]) => {
  bench.stack.clock.set(`${day}T12:00:00+03:00`);
  const run_id = await plan(...dates);
  await deliver();
  return bench.run(run_id);
};
const fail = (status: number, ...collections: string[]) =>
  oura.respondWith(({ collection }) =>
    collections.includes(collection) ? { status, headers: { 'Retry-After': '120' }, body: {} } : undefined,
  );
const without = (collection: string, isGone: (record: FixtureRecord) => boolean = () => true) => {
  oura.records[collection] = (oura.records[collection] ?? []).filter((record) => !isGone(record));
};

test.each([
  ['daily_spo2', 404],
  ['daily_spo2', 410],
  ['daily_spo2', 401],
  ['daily_sleep', 403],
  ['daily_readiness', 404],
])('stores the night without %s, which responds with %i', async (collection, status) => {
  fail(status, collection);
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ stored: [NIGHT], pending: [] });
  const night = await bench.night(NIGHT);
  expect(night).toMatchObject({
    incomplete: [collection],
    total_sleep_duration: EXPECTED?.total_sleep_duration,
    sleep_score: collection === 'daily_sleep' ? null : EXPECTED?.sleep_score,
    breathing_disturbances: collection === 'daily_spo2' ? null : EXPECTED?.breathing_disturbances,
  });
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', incomplete: [collection] });
});

test('a passing fault returns the date to the queue, which completes the night', async () => {
  const run_id = await plan(NIGHT);
  fail(503, 'daily_spo2');
  const { kept, records } = await deliver();
  expect(kept).toEqual([NIGHT]);
  expect(await bench.night(NIGHT)).toMatchObject({ sleep_score: 86, incomplete: ['daily_spo2'] });
  expect(await bench.run(run_id)).toMatchObject({ pending: [NIGHT] });
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', last_error: { name: 'OuraUnavailable' } });

  oura.respondWith(undefined);
  bench.stack.clock.set('2026-04-10T12:10:00+03:00');
  await bench.stack.queues.giveBack('work', records);
  expect((await deliver()).kept).toEqual([]);
  expect(await bench.night(NIGHT)).toMatchObject({ breathing_disturbances: 3, incomplete: [] });
  expect(await bench.day(NIGHT)).toMatchObject({ incomplete: [], last_error: null });
  expect(await bench.run(run_id)).toMatchObject({ stored: [NIGHT], pending: [] });
});

test('a fault that lasts for all attempts settles the date as stored, and parks nothing', async () => {
  const run_id = await plan(NIGHT);
  fail(503, 'daily_spo2');
  for (let attempt = 1; attempt <= 4; attempt++) {
    const { kept, records } = await deliver();
    expect(kept).toEqual([NIGHT]);
    await bench.stack.queues.giveBack('work', records);
  }
  expect((await deliver()).kept).toEqual([]);
  expect((await bench.stack.queues.receive('deadLetter')).Records).toEqual([]);
  expect(await bench.run(run_id)).toMatchObject({ stored: [NIGHT], pending: [], failed: [] });
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', incomplete: ['daily_spo2'] });
  expect(await bench.stack.afterPlan(run_id)).toMatchObject({ plan: { run_id } });
});

test('such a date is parked for no run, if two runs wait for it in one batch', async () => {
  const runs = [await plan(NIGHT), await plan(NIGHT)];
  fail(503, 'daily_spo2');
  expect((await deliver({ MAX_RECEIVE_COUNT: '1' })).kept).toEqual([]);
  expect((await bench.stack.queues.receive('deadLetter')).Records).toEqual([]);
  for (const run_id of runs)
    expect(await bench.run(run_id)).toMatchObject({ stored: [NIGHT], pending: [], failed: [] });
});

test('a date whose night is stored is not parked if everything fails at the last attempt', async () => {
  const run_id = await plan(NIGHT);
  fail(503, 'daily_spo2');
  await bench.stack.queues.giveBack('work', (await deliver()).records);
  fail(503, 'sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2');
  expect((await deliver({ MAX_RECEIVE_COUNT: '2' })).kept).toEqual([]);
  expect((await bench.stack.queues.receive('deadLetter')).Records).toEqual([]);
  expect(await bench.run(run_id)).toMatchObject({ stored: [NIGHT], failed: [] });
});

test("Oura's limit on an optional collection stores the window, and ends the batch", async () => {
  // So far from the others that it has a window of its own.
  const FAR = '2028-01-01';
  const dates = [NIGHT, '2026-04-07', FAR];
  const run_id = await plan(...dates);
  fail(429, 'daily_spo2');
  expect((await deliver()).kept.sort()).toEqual(dates);
  // The second window waits, and so does the reason of the date without a night.
  expect(oura.requests).toHaveLength(4);
  expect(bench.visibilities()).toEqual([120, 120, 120]);
  expect(await bench.nights()).toMatchObject([{ date: NIGHT, incomplete: ['daily_spo2'] }]);
  expect(await bench.run(run_id)).toMatchObject({ pending: dates });
});

test('a value that was stored before a collection failed stays, and the night is complete', async () => {
  await sync('2026-04-10', NIGHT);
  const before = await bench.night(NIGHT);
  for (const status of [404, 401, 503]) {
    fail(status, 'daily_sleep', 'daily_readiness', 'daily_spo2');
    expect(await sync('2026-04-11', NIGHT)).toMatchObject({ unchanged: [NIGHT], pending: [] });
    expect(await bench.night(NIGHT)).toEqual(before);
  }
});

test('an empty collection is missing until the night is three days old', async () => {
  without('daily_sleep', ({ day }) => day === NIGHT);
  for (const [day, incomplete] of [
    ['2026-04-04', ['daily_sleep']],
    ['2026-04-06', ['daily_sleep']],
    ['2026-04-07', []],
  ] as const) {
    await sync(day, NIGHT);
    expect(await bench.night(NIGHT)).toMatchObject({ incomplete });
    expect(await bench.day(NIGHT)).toMatchObject({ incomplete });
  }
});

test('a collection that never held a record is not missing once the account is three days old', async () => {
  without('daily_spo2');
  // The account has nights since 2026-04-02.
  await sync('2026-04-04', NIGHT, OTHER);
  expect(await bench.night(NIGHT)).toMatchObject({ incomplete: ['daily_spo2'] });
  await sync('2026-04-05', NIGHT);
  expect(await bench.night(NIGHT)).toMatchObject({ incomplete: [] });
});

test('an empty collection that held a record before is missing', async () => {
  without('daily_spo2', ({ day }) => day === NIGHT);
  await sync('2026-04-05', '2026-03-10');
  await sync('2026-04-05', NIGHT);
  expect(await bench.night(NIGHT)).toMatchObject({ incomplete: ['daily_spo2'] });
});

test.each([404, 503])(
  'a date without a night settles although an optional collection responds with %i',
  async (status) => {
    fail(status, 'daily_spo2');
    // Long before the first record, so that the reason depends on every collection.
    const EARLY = '2024-01-01';
    const run_id = await plan(EARLY);
    expect((await deliver()).kept).toEqual([]);
    expect(await bench.run(run_id)).toMatchObject({ no_data: [EARLY] });
  },
);

test("Oura's limit on an optional collection sends a complete night back, too, so that every worker rests", async () => {
  await sync('2026-04-10', NIGHT);
  await plan(NIGHT);
  fail(429, 'daily_spo2');
  expect((await deliver()).kept).toEqual([NIGHT]);
  expect(bench.visibilities()).toEqual([120]);
});
