import { failureAttributes, newDateAttributes } from '../../shared/aws/queue/message-attributes.ts';
import type { Day } from '../../shared/core/day.ts';
import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { workBody } from '../helpers/queues.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

/** At noon of 2026-04-10, its last re-read was due the day before. */
const SETTLED = '2026-03-10';
const PROVISIONAL = '2026-03-29';
const NOT_WORN = '2026-04-07';

const { bench, oura } = benchWithOura(EDGE_RECORDS);
const worker = () => bench.worker(oura, { env: AT_ONCE });

let runs = 0;
/** Plans a run in which the planner found nothing for `date`, and returns its id. */
const plan = async (date: Day, attributes = {}): Promise<string> => {
  const run_id = `new-${++runs}`;
  await bench.plan(run_id, []);
  await bench.stack.queues.send('work', workBody(run_id, date), { ...newDateAttributes(), ...attributes });
  return run_id;
};
const nightsRead = () =>
  bench.stack.calls
    .of('BatchGetItemCommand')
    .flatMap(({ RequestItems }) => Object.values(RequestItems ?? {}))
    .flatMap(({ Keys }) => Keys ?? [])
    .flatMap(({ date }) => (date === undefined ? [] : [String(date)]));

test('stores a settled night of a new date without a read of it and without a ledger entry', async () => {
  const run_id = await plan(SETTLED);
  await worker().deliver();
  expect(await bench.night(SETTLED)).toMatchObject({ settled: true, revision: 1 });
  expect(await bench.entry(SETTLED)).toBeUndefined();
  expect(await bench.day(SETTLED)).toMatchObject({ state: 'stored', settled: true, next_check_on: null });
  expect(await bench.run(run_id)).toMatchObject({ stored: [SETTLED] });
  expect(nightsRead()).toEqual(['2026-03-08', '2026-03-09', '2026-03-11', '2026-03-12']);
});

test('a provisional night of a new date has a ledger entry, which schedules its re-read', async () => {
  await plan(PROVISIONAL);
  await worker().deliver();
  expect(await bench.entry(PROVISIONAL)).toMatchObject({ state: 'stored', next_check_on: '2026-04-12' });
});

test('a settled night of a new date has a ledger entry if it lacks a collection', async () => {
  await plan(SETTLED);
  oura.respondWith(({ collection }) =>
    collection === 'daily_sleep' ? { status: 400, body: { detail: 'no' } } : undefined,
  );
  await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored', incomplete: ['daily_sleep'] });
});

test('a date without the attribute gets a ledger entry: an earlier version of the planner sent it', async () => {
  await bench.plan('earlier', [SETTLED]);
  await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored', run_id: 'earlier' });
});

test('a date is not new if a message of the same batch does not say so', async () => {
  await plan(SETTLED);
  await bench.plan('other', [SETTLED]);
  await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored' });
});

test('the second attempt replaces the entry that the first one left', async () => {
  await plan(SETTLED);
  oura.respondWith(() => ({ status: 503 }));
  const { records } = await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'failed' });
  oura.respondWith(undefined);
  await bench.stack.queues.giveBack('work', records);
  await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored', last_error: null, attempts: 2 });
});

test('a redriven date is not new, although its message is received for the first time', async () => {
  await plan(SETTLED, failureAttributes({ name: 'OuraUnavailable', message: 'down' }, 5));
  await worker().deliver();
  expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored' });
});

test('after a crash between night and run, the next delivery settles the date', async () => {
  const run_id = await plan(SETTLED);
  // The ledger first gets the first day of each collection and the newest night, then the run.
  for (let write = 1; write <= 5; write++)
    bench.stack.calls.answerNext('UpdateItemCommand', async () => ({}));
  bench.stack.calls.failNext('UpdateItemCommand', new Error('no ledger'));
  const { kept, records } = await worker().deliver();
  expect(kept).toEqual([SETTLED]);
  expect(await bench.night(SETTLED)).toMatchObject({ revision: 1 });
  await bench.stack.queues.giveBack('work', records);
  await worker().deliver();
  expect(await bench.run(run_id)).toMatchObject({ stored: [SETTLED], unchanged: [] });
  expect(await bench.night(SETTLED)).toMatchObject({ revision: 1, history: [] });
});

test('the run counts a date as stored whose last attempt fails after an earlier one stored its night', async () => {
  const run_id = await plan(SETTLED);
  for (let write = 1; write <= 5; write++)
    bench.stack.calls.answerNext('UpdateItemCommand', async () => ({}));
  bench.stack.calls.failNext('UpdateItemCommand', new Error('no ledger'));
  let { records } = await worker().deliver();
  expect(await bench.entry(SETTLED)).toBeUndefined();
  oura.respondWith(() => ({ status: 503 }));
  for (let attempt = 2; attempt <= 5; attempt++) {
    await bench.stack.queues.giveBack('work', records);
    ({ records } = await worker().deliver());
  }
  expect(await bench.run(run_id)).toMatchObject({ stored: [SETTLED], failed: [] });
  expect(await bench.day(SETTLED)).toMatchObject({ state: 'stored' });
});

describe('a new date whose night another run has stored since the plan', () => {
  /** Stores the night, and leaves the message of the other run in the queue. */
  const storeFirst = async () => {
    await bench.plan(`first-${runs}`, [SETTLED]);
    await worker().deliver();
    bench.stack.clock.set('2026-04-10T13:00:00+03:00');
    return plan(SETTLED);
  };

  test('is unchanged, with an entry', async () => {
    const run_id = await storeFirst();
    const before = await bench.night(SETTLED);
    await worker().deliver();
    expect(await bench.run(run_id)).toMatchObject({ stored: [], unchanged: [SETTLED] });
    expect(await bench.night(SETTLED)).toEqual(before);
    expect(await bench.entry(SETTLED)).toMatchObject({ run_id });
  });

  test('keeps the withdrawn periods of the stored night', async () => {
    await storeFirst();
    const before = await bench.night(SETTLED);
    oura.records['sleep'] = (oura.records['sleep'] ?? []).map((record) =>
      record['day'] === SETTLED ? { ...record, id: `other-${record['id']}` } : record,
    );
    await worker().deliver();
    const night = await bench.night(SETTLED);
    expect(night?.revision).toBe(2);
    expect(night?.remarks.filter(({ kind }) => kind === 'withdrawn_period')).toHaveLength(
      before?.periods.length ?? 0,
    );
  });

  test('has vanished, and is not "no data", if Oura has no record of it', async () => {
    const run_id = await storeFirst();
    for (const collection of Object.keys(oura.records)) oura.records[collection] = [];
    await worker().deliver();
    expect(await bench.night(SETTLED)).toMatchObject({ vanished_since: '2026-04-10T10:00:00.000Z' });
    expect(await bench.entry(SETTLED)).toMatchObject({ state: 'stored' });
    expect(await bench.run(run_id)).toMatchObject({ unchanged: [SETTLED], no_data: [] });
  });

  test('is requested again if a period has moved to a day that was not requested', async () => {
    const run_id = await storeFirst();
    oura.records['sleep'] = (oura.records['sleep'] ?? []).map((record) =>
      record['day'] === SETTLED ? { ...record, day: '2026-03-11' } : record,
    );
    const { kept, records } = await worker().deliver();
    expect(kept).toEqual([SETTLED]);
    await bench.stack.queues.giveBack('work', records);
    expect((await worker().deliver()).kept).toEqual([]);
    expect((await bench.night('2026-03-11'))?.periods).not.toEqual([]);
    expect(await bench.run(run_id)).toMatchObject({ failed: [], pending: [] });
  });
});

test('a new date without a night gets its reason, without a read of its ledger entry', async () => {
  await plan(NOT_WORN);
  await worker().deliver();
  expect(await bench.entry(NOT_WORN)).toMatchObject({ state: 'no_data', reason: 'not_worn' });
  expect(nightsRead()).toContain(NOT_WORN);
});
