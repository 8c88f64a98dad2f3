import { EDGE_RECORDS, EXPECTED_NIGHTS } from '../fixtures/oura/edge-nights.ts';
import type { FixtureRecord } from '../helpers/fixture-oura.ts';
import { benchWithOura } from './worker-bench.ts';

const NIGHT = '2026-04-04';
const NOT_WORN = '2026-04-07';
const NOT_SYNCED = '2026-04-09';

const { bench, oura } = benchWithOura(EDGE_RECORDS);

let runs = 0;
/** Syncs `dates` at noon of `day` in a run of its own; gives the run. */
const sync = async (day: string, ...dates: string[]) => {
  bench.stack.clock.set(`${day}T12:00:00+03:00`);
  const run_id = `run-${++runs}`;
  await bench.plan(run_id, dates);
  await bench.worker(oura).deliver();
  return bench.run(run_id);
};
const change = (collection: string, day: string, fields: FixtureRecord) => {
  oura.records[collection] = (oura.records[collection] ?? []).map((record) =>
    record['day'] === day ? { ...record, ...fields } : record,
  );
};
const deny = (...collections: string[]) =>
  oura.respondWith(({ collection }) =>
    collections.includes(collection) ? { status: 401, body: {} } : undefined,
  );

test('the same answer again leaves the night as it is, and the date is unchanged', async () => {
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ stored: [NIGHT] });
  const before = await bench.night(NIGHT);
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ stored: [], unchanged: [NIGHT] });
  expect(await bench.night(NIGHT)).toEqual(before);
  expect(await bench.day(NIGHT)).toMatchObject({ last_checked_at: '2026-04-11T09:00:00.000Z' });
});

test('a night that Oura has revised is stored as a revision, with what it was before', async () => {
  await sync('2026-04-10', NIGHT);
  change('daily_sleep', NIGHT, { score: 91 });
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.night(NIGHT)).toMatchObject({
    sleep_score: 91,
    revision: 2,
    history: [{ revision: 1, changed: { sleep_score: EXPECTED_NIGHTS[NIGHT]?.sleep_score } }],
  });
});

test('an empty answer never erases a stored night', async () => {
  await sync('2026-04-10', NIGHT);
  const before = await bench.night(NIGHT);
  for (const collection of Object.keys(oura.records)) oura.records[collection] = [];
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ unchanged: [NIGHT] });
  expect(await bench.night(NIGHT)).toEqual(before);
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored' });
});

test.each(['deleted', 'rest'])(
  'a night that the user withdrew (%s) is kept as a revision without its sleep',
  async (type) => {
    await sync('2026-04-10', NIGHT);
    change('sleep', NIGHT, { type });
    expect(await sync('2026-04-11', NIGHT)).toMatchObject({ stored: [NIGHT] });
    expect(await bench.night(NIGHT)).toMatchObject({
      revision: 2,
      total_sleep_duration: null,
      heart_rate: null,
      bedtime_start: null,
      periods: [{ type }],
      history: [{ changed: { total_sleep_duration: 26_100, bedtime_start: '2026-04-03T22:40:00+13:00' } }],
    });
  },
);

test('a date with a rejected sleep only, of which nothing was stored, has no night', async () => {
  change('sleep', NIGHT, { type: 'rest' });
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ no_data: [NIGHT] });
  expect(await bench.night(NIGHT)).toBeUndefined();
  expect(await bench.day(NIGHT)).toMatchObject({ reason: 'not_detected' });
});

test('a night that arrives late is stored, and its "no data" is gone', async () => {
  const { sleep } = oura.records;
  oura.records['sleep'] = [];
  oura.records['daily_activity'] = [];
  await sync('2026-04-04', NIGHT);
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'no_data', reason: 'not_synced' });
  oura.records['sleep'] = sleep ?? [];
  expect(await sync('2026-04-05', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', reason: null, reason_since: null });
});

test('without the scope spo2 a night is stored, its breathing disturbances null', async () => {
  deny('daily_spo2');
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.night(NIGHT)).toMatchObject({ sleep_score: 86, breathing_disturbances: null });
});

test('the scope spo2, lost later, takes nothing from a stored night', async () => {
  await sync('2026-04-10', NIGHT);
  deny('daily_spo2');
  change('daily_sleep', NIGHT, { score: 91 });
  await sync('2026-04-11', NIGHT);
  expect(await bench.night(NIGHT)).toMatchObject({ sleep_score: 91, breathing_disturbances: 3, revision: 2 });
});

test('without the scope of sleep a date has no data for that reason, and is never settled', async () => {
  deny('sleep');
  for (const day of ['2026-04-10', '2026-04-11', '2026-04-13']) {
    expect(await sync(day, NIGHT)).toMatchObject({ no_data: [NIGHT] });
    expect(await bench.day(NIGHT)).toMatchObject({
      state: 'no_data',
      reason: 'scope_missing',
      settled: false,
    });
  }
});

test('a date that was not synced is never settled: the app may be opened tomorrow', async () => {
  for (const day of ['2026-04-10', '2026-04-11', '2026-04-13']) {
    await sync(day, NOT_SYNCED);
    expect(await bench.day(NOT_SYNCED)).toMatchObject({
      reason: 'not_synced',
      settled: false,
      reason_since: '2026-04-10T09:00:00.000Z',
    });
  }
});

test('a date on which the ring was not worn is settled by the second day that says so', async () => {
  await sync('2026-04-10', NOT_WORN);
  expect(await bench.day(NOT_WORN)).toMatchObject({ reason: 'not_worn', settled: false });
  await sync('2026-04-10', NOT_WORN);
  expect(await bench.day(NOT_WORN)).toMatchObject({ reason: 'not_worn', settled: false });
  await sync('2026-04-11', NOT_WORN);
  expect(await bench.day(NOT_WORN)).toMatchObject({
    reason: 'not_worn',
    settled: true,
    reason_since: '2026-04-10T09:00:00.000Z',
  });
});

test('another reason begins a new row of equal answers', async () => {
  await sync('2026-04-10', NOT_WORN);
  change('daily_activity', NOT_WORN, { non_wear_time: 600 });
  await sync('2026-04-11', NOT_WORN);
  expect(await bench.day(NOT_WORN)).toMatchObject({
    reason: 'not_detected',
    settled: false,
    reason_since: '2026-04-11T09:00:00.000Z',
  });
});

test('an activity record that cannot be read fails its date, and not the others', async () => {
  change('daily_activity', NOT_WORN, { non_wear_time: 'much' });
  expect(await sync('2026-04-10', NOT_WORN, NOT_SYNCED, NIGHT)).toMatchObject({
    stored: [NIGHT],
    no_data: [NOT_SYNCED],
    pending: [NOT_WORN],
  });
  expect(await bench.day(NOT_WORN)).toMatchObject({ state: 'failed', reason: 'InvalidRecord' });
});

test('a record that does not say its day fails the dates that might miss it, and those only', async () => {
  change('sleep', NIGHT, { day: null });
  expect(await sync('2026-04-10', NIGHT, NOT_SYNCED, '2026-04-02')).toMatchObject({
    stored: ['2026-04-02'],
    pending: [NIGHT, NOT_SYNCED],
  });
});

test('a re-read of a stored night that fails leaves it stored, and tells the failure', async () => {
  await sync('2026-04-10', NIGHT);
  const before = await bench.night(NIGHT);
  change('sleep', NIGHT, { efficiency: 250 });
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ pending: [NIGHT] });
  expect(await bench.night(NIGHT)).toEqual(before);
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', last_error: { name: 'InvalidRecord' } });
});
