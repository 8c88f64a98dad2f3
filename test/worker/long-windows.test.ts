import { createRateLimit } from '../../shared/aws/store/rate-limit.ts';
import { addDays, daysBetween, daysFrom } from '../../shared/core/day.ts';
import { ENV } from '../../shared/core/names.ts';
import type { FixtureReply } from '../helpers/fixture-oura.ts';
import { AT_ONCE, benchWithOura, type WorkerBench } from './worker-bench.ts';

const FIRST = '2025-03-01';
/** Every fourth day of more than half a year. */
const DATES = daysFrom(FIRST, addDays(FIRST, 199)).filter((_, index) => index % 4 === 0);

const { bench, oura } = benchWithOura({
  daily_activity: DATES.map((day) => ({
    id: `activity-${day}`,
    day,
    non_wear_time: 80_000,
    timestamp: `${day}T04:00:00+02:00`,
  })),
});

const days = ({ query }: { query: Readonly<Record<string, string>> }) =>
  daysBetween(String(query['start_date']), String(query['end_date'])) + 1;
const beyond = (longest: number, reply: FixtureReply) =>
  oura.respondWith((request) => (days(request) > longest ? reply : undefined));

test('half a year of dates is one window: four requests, and one for the reasons of the gaps', async () => {
  await bench.plan('long', DATES);
  expect((await bench.worker(oura, { env: AT_ONCE }).deliver()).kept).toEqual([]);
  expect(oura.requests.map(days)).toEqual([201, 201, 201, 201, 201]);
});

test.each<[string, number, FixtureReply]>([
  ['refuses-90-days', 90, { status: 422, body: { detail: [] } }],
  ['refuses-90-days-otherwise', 90, { status: 400, body: {} }],
  ['sends-too-much-for-90-days', 90, { status: 200, body: `{"data": [], "x": "${'x'.repeat(5e6)}"}` }],
  ['refuses-three-weeks', 21, { status: 413, body: {} }],
])(
  'an Oura that says "%s" settles every date all the same, in shorter windows',
  async (how, longest, reply) => {
    beyond(longest, reply);
    await bench.plan(how, DATES);
    expect((await bench.worker(oura, { env: AT_ONCE }).deliver()).kept).toEqual([]);
    expect(await bench.run(how)).toMatchObject({ no_data: DATES, pending: [], failed: [] });
    const tooLong = oura.requests.filter((request) => days(request) > longest);
    // Four on each rung.
    expect(tooLong.length).toBe(longest === 90 ? 4 : 8);
  },
);

test('a short window that Oura rejects fails its dates', async () => {
  beyond(0, { status: 422, body: { detail: [] } });
  await bench.plan('short', [FIRST]);
  await bench.worker(oura, { env: AT_ONCE }).deliver();
  expect(await bench.day(FIRST)).toMatchObject({ reason: 'OuraRejected' });
  expect(oura.requests).toHaveLength(4);
});

test('writes the outcomes of a window to the ledger before it requests the next one', async () => {
  const far = addDays(FIRST, -1000);
  await bench.plan('windows', [far, FIRST]);
  let run: ReturnType<WorkerBench['run']> | undefined;
  oura.respondWith(({ query }) => {
    if (query['start_date'] === addDays(FIRST, -2)) run ??= bench.run('windows');
    return undefined;
  });
  await bench.worker(oura, { env: AT_ONCE }).deliver();
  expect(await run).toMatchObject({ no_data: [far], pending: [FIRST] });
});

test('requests dates for which the budget ran out in short windows, and keeps the outcome of each', async () => {
  await bench.plan('spent', DATES);
  const rateLimit = createRateLimit(bench.stack.raw.dynamodb, 'OuraSyncTable');
  await rateLimit.spend(await rateLimit.get(), bench.stack.clock.now() + 25_000);
  const env = { ...AT_ONCE, [ENV.requestsPerMinute]: '60' };
  const { records, kept } = await bench.worker(oura, { env, timeLeftMs: 1250 }).deliver();
  expect(kept).toEqual(DATES);
  expect(await bench.day(FIRST)).toMatchObject({ state: 'failed', reason: 'RateBudgetSpent', attempts: 1 });

  bench.stack.clock.advance(60);
  await bench.stack.queues.giveBack('work', records);
  const next = await bench.worker(oura, { env, timeLeftMs: 1250 }).deliver();
  expect(Math.max(...oura.requests.map(days))).toBeLessThanOrEqual(90);
  const { no_data } = await bench.run('spent');
  expect(no_data.length).toBeGreaterThan(0);
  expect([...no_data, ...next.kept].sort()).toEqual(DATES);
});
