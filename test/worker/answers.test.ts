import { EDGE_RECORDS, EXPECTED_NIGHTS } from '../fixtures/oura/edge-nights.ts';
import { isEmf } from '../helpers/emf.ts';
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

test('the same response again leaves the night and the date unchanged', async () => {
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ stored: [NIGHT] });
  const before = await bench.night(NIGHT);
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ stored: [], unchanged: [NIGHT] });
  expect(await bench.night(NIGHT)).toEqual(before);
  expect(await bench.day(NIGHT)).toMatchObject({ last_checked_at: '2026-04-11T09:00:00.000Z' });
});

test('stores a revised night as a revision, with its earlier values', async () => {
  await sync('2026-04-10', NIGHT);
  change('daily_sleep', NIGHT, { score: 91 });
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.night(NIGHT)).toMatchObject({
    sleep_score: 91,
    revision: 2,
    history: [{ revision: 1, changed: { sleep_score: EXPECTED_NIGHTS[NIGHT]?.sleep_score } }],
  });
});

test('an empty response never erases a stored night, but says since when Oura has had none', async () => {
  await sync('2026-04-10', NIGHT);
  const before = await bench.night(NIGHT);
  const { sleep = [] } = oura.records;
  for (const collection of Object.keys(oura.records)) oura.records[collection] = [];
  for (const day of ['2026-04-11', '2026-04-12']) {
    expect(await sync(day, NIGHT)).toMatchObject({ unchanged: [NIGHT] });
    const vanished_since = '2026-04-11T09:00:00.000Z';
    expect(await bench.night(NIGHT)).toEqual({ ...before, vanished_since });
    expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', vanished_since });
  }
  oura.records['sleep'] = sleep;
  await sync('2026-04-13', NIGHT);
  expect(await bench.night(NIGHT)).toMatchObject({ vanished_since: null });
  expect(await bench.day(NIGHT)).toMatchObject({ vanished_since: null });
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

test('a date with only a rejected sleep, and no stored night, has no night', async () => {
  change('sleep', NIGHT, { type: 'rest' });
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ no_data: [NIGHT] });
  expect(await bench.night(NIGHT)).toBeUndefined();
  expect(await bench.day(NIGHT)).toMatchObject({ reason: 'not_detected' });
});

test('stores a night that arrives late, which clears its "no data"', async () => {
  const { sleep } = oura.records;
  oura.records['sleep'] = [];
  oura.records['daily_activity'] = [];
  await sync('2026-04-05', NIGHT);
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'no_data', reason: 'not_synced' });
  oura.records['sleep'] = sleep ?? [];
  expect(await sync('2026-04-06', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', reason: null, reason_since: null });
});

test('without the scope spo2, stores a night with breathing disturbances null', async () => {
  deny('daily_spo2');
  expect(await sync('2026-04-10', NIGHT)).toMatchObject({ stored: [NIGHT] });
  expect(await bench.night(NIGHT)).toMatchObject({ sleep_score: 86, breathing_disturbances: null });
});

test('losing the scope spo2 later removes nothing from a stored night', async () => {
  await sync('2026-04-10', NIGHT);
  deny('daily_spo2');
  change('daily_sleep', NIGHT, { score: 91 });
  await sync('2026-04-11', NIGHT);
  expect(await bench.night(NIGHT)).toMatchObject({ sleep_score: 91, breathing_disturbances: 3, revision: 2 });
});

test('without the scope of sleep, a date has no data for that reason and never settles', async () => {
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

test('a date that was not synced never settles, because the app may be opened tomorrow', async () => {
  for (const day of ['2026-04-10', '2026-04-11', '2026-04-13']) {
    await sync(day, NOT_SYNCED);
    expect(await bench.day(NOT_SYNCED)).toMatchObject({
      reason: 'not_synced',
      settled: false,
      reason_since: '2026-04-10T09:00:00.000Z',
    });
  }
});

test('a date on which the ring was not worn settles when a second day confirms it', async () => {
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

test('another reason starts a new series of equal responses', async () => {
  await sync('2026-04-10', NOT_WORN);
  change('daily_activity', NOT_WORN, { non_wear_time: 600 });
  await sync('2026-04-11', NOT_WORN);
  expect(await bench.day(NOT_WORN)).toMatchObject({
    reason: 'not_detected',
    settled: false,
    reason_since: '2026-04-11T09:00:00.000Z',
  });
});

test('an unusable activity record explains nothing, and fails no date', async () => {
  change('daily_activity', NOT_WORN, { non_wear_time: 'much' });
  expect(await sync('2026-04-10', NOT_WORN, NOT_SYNCED, NIGHT)).toMatchObject({
    stored: [NIGHT],
    no_data: expect.arrayContaining([NOT_SYNCED, NOT_WORN]),
  });
  expect(await bench.day(NOT_WORN)).toMatchObject({ state: 'no_data', reason: 'not_detected' });
});

test('a record without a day fails only the dates near its bedtime that have no night', async () => {
  change('sleep', NIGHT, { day: null });
  expect(await sync('2026-04-10', NIGHT, '2026-04-05', NOT_WORN, '2026-04-02')).toMatchObject({
    stored: ['2026-04-02'],
    no_data: [NOT_WORN],
    pending: [NIGHT, '2026-04-05'],
  });
});

test('a record without day and bedtime fails no date', async () => {
  change('sleep', NIGHT, { day: null, bedtime_start: null });
  expect(await sync('2026-04-10', NIGHT, NOT_WORN, '2026-04-02')).toMatchObject({
    stored: ['2026-04-02'],
    no_data: [NIGHT, NOT_WORN],
    remarks: ['Invalid sleep record: day must be a date YYYY-MM-DD'],
  });
  const lines = bench.stack.log().lines();
  expect(lines.filter(({ message }) => message === 'A record without a day')).toHaveLength(1);
  expect(lines.filter(isEmf)).toMatchObject([{ RecordsWithoutDay: 1 }]);
});

test('counts and logs each remark on a night once, without its value', async () => {
  change('sleep', NIGHT, { latency: 'HEALTH-91' });
  await sync('2026-04-10', NIGHT);
  await sync('2026-04-11', NIGHT);
  const lines = bench.stack.log().lines();
  expect(lines.filter(({ message }) => message === 'Remarks on a night')).toMatchObject([
    { date: NIGHT, kinds: ['unusable_value'] },
  ]);
  expect(lines.filter(isEmf).flatMap(({ Remarks }) => Remarks ?? [])).toEqual([1]);
  expect(JSON.stringify(lines)).not.toContain('HEALTH');
});

test('a failed re-read leaves a night stored, and records the failure', async () => {
  await sync('2026-04-10', NIGHT);
  const before = await bench.night(NIGHT);
  change('sleep', NIGHT, { total_sleep_duration: -1 });
  expect(await sync('2026-04-11', NIGHT)).toMatchObject({ pending: [NIGHT] });
  expect(await bench.night(NIGHT)).toEqual(before);
  expect(await bench.day(NIGHT)).toMatchObject({ state: 'stored', last_error: { name: 'InvalidRecord' } });
});
