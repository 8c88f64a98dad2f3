import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { period } from '../core/night/records.ts';
import type { FixtureRecord, FixtureRecords } from '../helpers/fixture-oura.ts';
import { workBody } from '../helpers/queues.ts';
import { benchWithOura } from './worker-bench.ts';

const { bench, oura } = benchWithOura({});

/** A night from 22:30 to 06:30 by a clock that shows `offset`. */
const nightOf = (day: Day, offset = '+03:00'): FixtureRecord =>
  period({
    id: `sleep-${day}`,
    day,
    bedtime_start: `${addDays(day, -1)}T22:30:00${offset}`,
    bedtime_end: `${day}T06:30:00${offset}`,
  });
const activityOf = (day: Day): FixtureRecord => ({ id: `activity-${day}`, day, non_wear_time: 600 });

let runs = 0;
/** Syncs `dates` at `now` in a run of its own. Returns the run and how many requests it took. */
const sync = async (now: string, dates: readonly Day[], records: FixtureRecords = oura.records) => {
  Object.assign(oura.records, records);
  bench.stack.clock.set(now);
  const run_id = `run-${++runs}`;
  const before = oura.requests.length;
  await bench.plan(run_id, dates);
  await bench.worker(oura).deliver();
  const requested = oura.requests.slice(before).map(({ collection }) => collection);
  return { run: await bench.run(run_id), requested };
};

describe('a date that is not over for the sleeper', () => {
  const TODAY = '2026-05-03';
  const NOON = '2026-05-03T12:00:00+03:00';

  test('leaves the run and gets no reason', async () => {
    const { run, requested } = await sync(NOON, [TODAY, addDays(TODAY, 1)]);
    expect(run).toMatchObject({ pending: [], stored: [], no_data: [], failed: [] });
    expect(await bench.day(TODAY)).toMatchObject({ state: 'not_over', reason: null, settled: false });
    expect(requested).not.toContain('daily_activity');
  });

  test('is not requested again by a second delivery for its run', async () => {
    await sync(NOON, [TODAY]);
    await bench.stack.queues.send('work', workBody(`run-${runs}`, TODAY));
    const before = oura.requests.length;
    await bench.worker(oura).deliver();
    expect(oura.requests).toHaveLength(before);
  });

  test('is stored if Oura has its night', async () => {
    const tomorrow = addDays(TODAY, 1);
    const evening = '2026-05-03T23:00:00+03:00';
    const { run } = await sync(evening, [TODAY, tomorrow], { sleep: [nightOf(tomorrow, '+14:00')] });
    expect(run).toMatchObject({ stored: [tomorrow], no_data: [TODAY] });
  });

  test('gets its reason once it is over', async () => {
    await sync(NOON, [TODAY]);
    const { run } = await sync('2026-05-04T00:30:00+03:00', [TODAY]);
    expect(run).toMatchObject({ no_data: [TODAY] });
    expect(await bench.day(TODAY)).toMatchObject({ state: 'no_data', reason: 'not_synced' });
  });

  test('is over by the clock of the latest stored night, wherever the zone is', async () => {
    // Helsinki has 2026-05-04, Honolulu still has 2026-05-03.
    const now = '2026-05-04T09:00:00+03:00';
    const latest = addDays(TODAY, -1);
    await sync(NOON, [latest], { sleep: [nightOf(latest, '-10:00')] });
    const { run } = await sync(now, [TODAY]);
    expect(run).toMatchObject({ pending: [], no_data: [] });
    expect(await bench.day(TODAY)).toMatchObject({ state: 'not_over' });
  });

  test('is not parked if it has only begun further east: the next run requests it again', async () => {
    const tomorrow = addDays(TODAY, 1);
    oura.respondWith(() => ({ status: 401, body: {} }));
    const { run } = await sync(NOON, [TODAY, tomorrow]);
    expect(run).toMatchObject({ pending: [TODAY], failed: [] });
    expect(await bench.day(TODAY)).toMatchObject({ state: 'failed' });
    expect(await bench.day(tomorrow)).toMatchObject({ state: 'not_over', last_error: null });
    const { Records } = await bench.stack.queues.receive('deadLetter');
    expect(Records.map(({ body }) => JSON.parse(body).date)).toEqual([TODAY]);
  });

  test('no longer counts as parked when a redrive finds nothing', async () => {
    oura.respondWith(() => ({ status: 401, body: {} }));
    await sync(NOON, [TODAY]);
    expect(await bench.day(TODAY)).toMatchObject({ state: 'failed' });
    oura.respondWith(undefined);
    await sync(NOON, [TODAY]);
    expect(await bench.day(TODAY)).toMatchObject({ state: 'not_over', reason: null, last_error: null });
  });
});

describe('dates before the first record of the account', () => {
  const NOW = '2026-05-12T12:00:00+03:00';
  const FIRST = '2026-05-08';
  const EARLIER = daysFrom('2026-04-20', addDays(FIRST, -1));
  const account = (): FixtureRecords => ({
    sleep: daysFrom(FIRST, '2026-05-10').map((day) => nightOf(day)),
    daily_activity: daysFrom(FIRST, '2026-05-11').map(activityOf),
  });

  test('settle at once, in a window that holds the first record', async () => {
    const { run } = await sync(NOW, [...EARLIER, FIRST], account());
    expect(run).toMatchObject({ stored: [FIRST], no_data: EARLIER });
    for (const date of EARLIER) {
      expect(await bench.day(date)).toMatchObject({
        state: 'no_data',
        reason: 'before_first_record',
        settled: true,
      });
    }
  });

  test('settle at once, in a window of their own after a night was stored', async () => {
    await sync(NOW, [FIRST], account());
    const { requested } = await sync(NOW, EARLIER);
    // The window, the activity of its dates, and all time in every collection.
    expect(requested).toHaveLength(4 + 1 + 5);
    expect(await bench.day(EARLIER[0] ?? '')).toMatchObject({ reason: 'before_first_record', settled: true });
  });

  test('are known from then on, without a request for all time', async () => {
    await sync(NOW, [...EARLIER, FIRST], account());
    const { requested } = await sync(NOW, ['2026-03-01', '2026-03-02']);
    expect(requested).toHaveLength(4 + 1);
    expect(await bench.day('2026-03-01')).toMatchObject({ reason: 'before_first_record' });
  });

  test('are no longer known once Oura has received an earlier record', async () => {
    await sync(NOW, [...EARLIER, FIRST], account());
    const readiness = { id: 'r', day: '2019-06-01', timestamp: '2019-06-01T04:00:00+03:00' };
    const late = nightOf('2026-04-20');
    const { sleep = [], ...others } = account();
    await sync(NOW, ['2026-04-01', '2026-04-20'], {
      ...others,
      sleep: [late, ...sleep],
      daily_readiness: [readiness],
    });
    expect(await bench.day('2026-04-01')).toMatchObject({ reason: 'not_synced', settled: false });
  });

  test('are those before the first record of any collection, however long ago', async () => {
    const old = '2019-06-01';
    const readiness = { id: 'r', day: old, temperature_deviation: 0.1, timestamp: `${old}T04:00:00+03:00` };
    await sync(NOW, [FIRST], { ...account(), daily_readiness: [readiness] });
    await sync(NOW, [addDays(old, -1), addDays(old, 1), ...EARLIER]);
    expect(await bench.day(EARLIER[0] ?? '')).toMatchObject({ reason: 'not_synced', settled: false });
    expect(await bench.day(addDays(old, 1))).toMatchObject({ reason: 'not_synced', settled: false });
    expect(await bench.day(addDays(old, -1))).toMatchObject({ reason: 'before_first_record' });
  });

  test('do not exist in an account without records, whose ring may sync later', async () => {
    const { requested } = await sync(NOW, EARLIER);
    expect(requested).toHaveLength(4 + 1);
    expect(await bench.day(EARLIER[0] ?? '')).toMatchObject({ reason: 'not_synced', settled: false });
  });

  test('are not those after it: a date without activity between two nights costs no further request', async () => {
    const gap = addDays(FIRST, 1);
    const records = account();
    const without = (list: FixtureRecord[] = []) => list.filter(({ day }) => day !== gap);
    const { requested } = await sync(NOW, daysFrom(FIRST, '2026-05-10'), {
      sleep: without(records['sleep']),
      daily_activity: without(records['daily_activity']),
    });
    expect(requested).toHaveLength(4 + 1);
    expect(await bench.day(gap)).toMatchObject({ reason: 'not_synced', settled: false });
  });

  test('stay unknown if Oura rejects a request for so many years', async () => {
    Object.assign(oura.records, account());
    oura.respondWith(({ query }) =>
      String(query['start_date']) < '2020' ? { status: 422, body: { detail: [] } } : undefined,
    );
    const { run } = await sync(NOW, [...EARLIER, FIRST]);
    expect(run).toMatchObject({ no_data: EARLIER, stored: [FIRST] });
    expect(await bench.day(EARLIER[0] ?? '')).toMatchObject({ reason: 'not_synced', settled: false });
  });

  test('wait for another attempt if that request fails', async () => {
    Object.assign(oura.records, account());
    oura.respondWith(({ query }) =>
      String(query['start_date']) < '2020' ? { status: 429, headers: { 'retry-after': '600' } } : undefined,
    );
    const { run } = await sync(NOW, [...EARLIER, FIRST]);
    expect(run).toMatchObject({ stored: [FIRST], pending: EARLIER });
  });
});

describe('a date skipped at the date line', () => {
  const NOW = '2026-05-13T12:00:00+03:00';
  const [BEFORE, SKIPPED, AFTER] = ['2026-05-10', '2026-05-11', '2026-05-12'] as const;
  const crossing = () => [nightOf(BEFORE, '-10:00'), nightOf(AFTER, '+14:00')];
  const skipped = { state: 'no_data', reason: 'skipped_day', settled: true };

  test('settles at once between the nights of a window', async () => {
    await sync(NOW, [BEFORE, SKIPPED, AFTER], { sleep: crossing() });
    expect(await bench.day(SKIPPED)).toMatchObject(skipped);
  });

  test('settles at once between two stored nights', async () => {
    await sync(NOW, [BEFORE, AFTER], { sleep: crossing() });
    await sync(NOW, [SKIPPED]);
    expect(await bench.day(SKIPPED)).toMatchObject(skipped);
  });

  test('is a gap until the night after it is known', async () => {
    await sync(NOW, [BEFORE, SKIPPED], { sleep: crossing().slice(0, 1) });
    expect(await bench.day(SKIPPED)).toMatchObject({ reason: 'not_synced', settled: false });
    await sync(NOW, [SKIPPED, AFTER], { sleep: crossing() });
    expect(await bench.day(SKIPPED)).toMatchObject(skipped);
  });
});
