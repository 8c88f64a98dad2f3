import { createDays } from '../../shared/aws/store/days.ts';
import { iso } from '../../shared/core/clock.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { EDGE_RECORDS, INVALID_DAY } from '../fixtures/oura/edge-nights.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

const { date: DATE } = INVALID_DAY;
const { bench, oura } = benchWithOura(EDGE_RECORDS);

let runs = 0;
/** Delivers the date in a new run, and returns its name. */
const deliver = async (): Promise<string> => {
  runs += 1;
  const run_id = `accepted-${runs}`;
  await bench.plan(run_id, [DATE]);
  await bench.worker(oura, { env: AT_ONCE }).deliver();
  return run_id;
};
const parkedCount = async () => (await bench.stack.queues.receive('deadLetter')).Records.length;
/** Accepts the last failure of the date, as the command does. */
const accept = async () => {
  const entry = await bench.day(DATE);
  if (!entry?.last_error) throw new Error('it has not failed');
  const days = createDays(bench.stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable);
  const at = bench.stack.clock.now();
  const accepted = { ...entry.last_error, at: iso(at) };
  await days.accepted(DATE, { run_id: `accepted-${runs}`, attempts: 1, at, next_check_on: null, accepted });
};
beforeEach(async () => {
  await deliver();
  expect(await parkedCount()).toBe(1);
  await accept();
  bench.stack.clock.advance(86_400);
});

test('the same invalid record settles an accepted date, and parks nothing', async () => {
  const run_id = await deliver();
  expect(await parkedCount()).toBe(0);
  expect(await bench.run(run_id)).toMatchObject({ no_data: [DATE], failed: [], pending: [] });
  expect(await bench.day(DATE)).toMatchObject({
    state: 'accepted',
    last_checked_at: '2026-04-11T09:00:00.000Z',
    next_check_on: '2026-04-13',
  });
});

test('another invalid record ends the acceptance', async () => {
  oura.records['sleep'] = (oura.records['sleep'] ?? []).map((record) =>
    record['day'] === DATE ? { ...record, bedtime_start: 'never' } : record,
  );
  await deliver();
  expect(await parkedCount()).toBe(1);
  expect(await bench.day(DATE)).toMatchObject({ state: 'failed', accepted: null });
});

test('a failure that may pass leaves the acceptance for the next answer', async () => {
  oura.respondWith(() => ({ status: 403, body: {} }));
  await deliver();
  expect(await parkedCount()).toBe(1);
  expect(await bench.day(DATE)).toMatchObject({ state: 'failed', reason: 'AccessForbidden' });
  oura.respondWith(undefined);
  await deliver();
  expect(await parkedCount()).toBe(0);
  expect(await bench.day(DATE)).toMatchObject({ state: 'accepted', last_error: null });
});
