import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, daysFrom, newestDay } from '../../shared/core/day.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { nightOf } from '../aws/store/nights.ts';
import { API_KEY } from '../helpers/dependencies.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';
import { openPlannerBench, type PlannerBench } from './planner-bench.ts';

const TODAY = '2026-03-10';
const WEEK = daysFrom('2026-03-04', TODAY);
/** A time at which no later date has begun anywhere. */
const EARLY = `${TODAY}T02:00:00-07:00`;

let bench: PlannerBench;
let ring: RingSimulator;
beforeAll(async () => {
  bench = await openPlannerBench();
});
beforeEach(async () => {
  await bench.stack.clear();
  bench.stack.clock.set(EARLY);
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: bench.stack.clock,
    apiKey: API_KEY,
  });
});
afterEach(() => ring.stop());
afterAll(() => bench.stack.stop());

const queuedDates = async () => (await bench.queued()).map(({ date }) => date);
const checked = (at: string) => ({ run_id: 'earlier', attempts: 1, at: Date.parse(at), next_check_on: null });

test.each([
  ['America/Los_Angeles', `${TODAY}T23:30:00-07:00`],
  ['America/Los_Angeles', `${TODAY}T00:30:00-07:00`],
  ['Pacific/Kiritimati', `${TODAY}T23:30:00+14:00`],
  ['Pacific/Kiritimati', `${TODAY}T00:30:00+14:00`],
  ['Pacific/Pago_Pago', `${TODAY}T23:30:00-11:00`],
  ['Pacific/Pago_Pago', `${TODAY}T00:30:00-11:00`],
  ['Asia/Kolkata', `${TODAY}T00:30:00+05:30`],
  ['Europe/Helsinki', `${TODAY}T23:30:00+02:00`],
])(
  'in %s, at %s, queues the last seven days and any later date that has begun somewhere',
  async (timeZone, now) => {
    bench.stack.clock.set(now);
    const run_id = `zone-${timeZone.replace('/', '-')}-${now.slice(11, 13)}`;
    await bench.start(bench.planner(ring, { TIME_ZONE: timeZone }), run_id);
    expect(await queuedDates()).toEqual(daysFrom('2026-03-04', newestDay(Date.parse(now))));
  },
);

test.each([
  ['00:30', '2026-03-08T00:30:00-08:00'],
  ['23:30', '2026-03-08T23:30:00-07:00'],
])('on the day that clocks go forward, at %s, the look-back ends on that day', async (time, now) => {
  bench.stack.clock.set(now);
  await bench.start(bench.planner(ring), `forward-${time.slice(0, 2)}`);
  expect((await queuedDates())[0]).toBe('2026-03-02');
});

test('a message names its run, its date and the reason', async () => {
  await bench.start(bench.planner(ring), 'message');
  expect((await bench.queued())[0]).toEqual({
    version: 1,
    run_id: 'message',
    date: WEEK[0],
    reason: 'missing',
  });
});

test('the run holds its dates, and its task waits for them', async () => {
  expect(await bench.start(bench.planner(ring), 'known', { trigger: 'schedule' })).toEqual({ queued: 7 });
  const open = await bench.runs.get('known');
  expect(open).toMatchObject({ planned: true, run: { trigger: 'schedule', pending: WEEK } });
  expect(await bench.stack.isWaiting('known')).toBe(true);
});

test('queues no stored night, except one that is due for a re-read', async () => {
  const [fresh, due, old] = ['2026-03-07', '2026-03-08', addDays(TODAY, -14)] as const;
  for (const date of [fresh, due, old])
    await bench.sleepTable.put(nightOf(date), { askedAt: 0, settled: false });
  await bench.days.stored(fresh, { ...checked(`${TODAY}T11:00:00-07:00`), settled: false });
  await bench.days.stored(due, { ...checked('2026-03-09T12:00:00-07:00'), settled: false });
  await bench.days.stored(old, { ...checked('2026-03-03T12:00:00-08:00'), settled: false });
  await bench.start(bench.planner(ring), 'due');
  const queued = await bench.queued();
  expect(queued.map(({ date }) => date)).toEqual([old, ...WEEK.filter((date) => date !== fresh)]);
  expect(queued.filter(({ reason }) => reason === 'recheck').map(({ date }) => date)).toEqual([old, due]);
});

test('a date without a night and without an entry is new', async () => {
  const [night, plain, failed, empty] = ['2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07'] as const;
  await bench.sleepTable.put(nightOf(night), { askedAt: 0, settled: false });
  await bench.sleepTable.put(nightOf(plain), { askedAt: 0, settled: true });
  const before = checked('2026-03-09T12:00:00-07:00');
  await bench.days.failed(failed, { ...before, state: 'failed', error: { name: 'Any', message: 'any' } });
  const noData = { reason: 'not_synced', evidence: 'evidence', settled: false, since: 0 } as const;
  await bench.days.noData(empty, { ...before, ...noData });
  await bench.start(bench.planner(ring), 'new', { trigger: 'manual', days: 7, again: true });
  expect(await bench.queuedAsNew()).toEqual(WEEK.slice(4));
});

test('queues no settled night again, although it has no entry', async () => {
  for (const date of WEEK) await bench.sleepTable.put(nightOf(date), { askedAt: 0, settled: true });
  await bench.start(bench.planner(ring), 'plain');
  expect(await queuedDates()).toEqual([]);
});

test('catches up after days without a run', async () => {
  await bench.start(bench.planner(ring), 'before', { trigger: 'schedule' });
  await bench.queued();
  bench.stack.clock.set('2026-03-25T02:00:00-07:00');
  await bench.start(bench.planner(ring), 'after', { trigger: 'schedule' });
  expect(await queuedDates()).toEqual(daysFrom(WEEK[0] ?? '', '2026-03-25'));
});

test('a run with a range that ends before today does not count as one by the look-back', async () => {
  const yesterday = addDays(TODAY, -1);
  await bench.start(bench.planner(ring), 'range', { trigger: 'manual', from: yesterday, to: yesterday });
  expect(await queuedDates()).toEqual([yesterday]);
  bench.stack.clock.set('2026-03-25T02:00:00-07:00');
  await bench.start(bench.planner(ring), 'later', { trigger: 'schedule' });
  expect((await queuedDates())[0]).toBe('2026-03-19');
});

test.each<RunInput>([
  { trigger: 'manual', days: 30 },
  { trigger: 'backfill', from: '2026-01-01' },
  { trigger: 'morning' },
  { trigger: 'webhook' },
])('only a look-back run moves what has been requested, not %j', async (input) => {
  const run_id = JSON.stringify(input).replaceAll(/\W+/g, '-');
  await bench.start(bench.planner(ring), `before${run_id}`, { trigger: 'manual' });
  bench.stack.clock.set('2026-03-20T02:00:00-07:00');
  await bench.start(bench.planner(ring), `extra${run_id}`, input);
  await bench.stack.queues.purge();
  bench.stack.clock.set('2026-03-25T02:00:00-07:00');
  await bench.start(bench.planner(ring), `after${run_id}`, { trigger: 'schedule' });
  expect((await queuedDates())[0]).toBe(addDays(TODAY, -6));
});

test('completes the task at once if there are no dates', async () => {
  for (const date of WEEK) {
    const fields = { reason: 'not_worn', evidence: 'evidence', settled: true, since: 0 } as const;
    await bench.days.noData(date, { ...checked(`${TODAY}T11:00:00-07:00`), ...fields });
  }
  expect(await bench.start(bench.planner(ring), 'nothing')).toEqual({ queued: 0 });
  expect(await bench.stack.afterPlan('nothing')).toMatchObject({ plan: { run_id: 'nothing' } });
  expect(await bench.queued()).toEqual([]);
});

test('a run in which nothing is due sends Oura no request, and writes nothing but its own record', async () => {
  for (const date of WEEK) await bench.sleepTable.put(nightOf(date), { askedAt: 0, settled: true });
  const before = bench.stack.calls.of('UpdateItemCommand').length;
  for (const trigger of ['schedule', 'manual', 'morning'] as const) {
    expect(await bench.start(bench.planner(ring), `idle-${trigger}`, { trigger })).toEqual({ queued: 0 });
    expect((await bench.runs.get(`idle-${trigger}`))?.run.requests).toBe(0);
  }
  expect(ring.calls).toHaveLength(0);
  const written = bench.stack.calls.of('UpdateItemCommand').slice(before) as { Key: { pk: string } }[];
  expect([...new Set(written.map(({ Key }) => Key.pk))]).toEqual(
    ['schedule', 'manual', 'morning'].map((trigger) => `run#idle-${trigger}`),
  );
});

test('the run counts the requests of its plan', async () => {
  await bench.start(bench.planner(ring), 'preflight');
  expect((await bench.runs.get('preflight'))?.run.requests).toBe(1);
});

test('sends many dates in several calls, each date once', async () => {
  await bench.start(bench.planner(ring), 'many', { trigger: 'backfill', days: 25 });
  const queued = await bench.queued();
  expect(queued.map(({ date }) => date)).toEqual(daysFrom(addDays(TODAY, -24), TODAY));
  expect(new Set(queued.map(({ reason }) => reason))).toEqual(new Set(['backfill']));
  const calls = bench.stack.calls.of('SendMessageBatchCommand') as { Entries: unknown[] }[];
  expect(calls.map(({ Entries }) => Entries.length)).toEqual([10, 10, 5]);
});

test.each([
  ['rejects the key', () => Object.assign(ring.account, { apiKey: 'another' }), 'CredentialsRejected'],
  ['misses a scope', () => Object.assign(ring.account, { grantedScopes: ['spo2'] }), 'AccessForbidden'],
  [
    'finds the membership lapsed',
    () => Object.assign(ring.account, { membershipActive: false }),
    'AccessForbidden',
  ],
])('if Oura %s, queues nothing and the run fails with that cause', async (what, change, name) => {
  change();
  const run_id = what.replaceAll(' ', '-');
  await expect(bench.start(bench.planner(ring), run_id)).rejects.toMatchObject({
    name,
    consequences: { retryable: false },
  });
  expect(await bench.queued()).toEqual([]);
  expect(await bench.runs.get(run_id)).toMatchObject({ planned: false, run: { pending: [] } });
});

test('a missing key fails the run before anything is queued', async () => {
  const planner = bench.planner(ring, { OURA_API_KEY: 'ssm:/nothing/here' });
  await expect(bench.start(planner, 'keyless')).rejects.toMatchObject({ name: 'ApiKeyMissing' });
  expect(await bench.queued()).toEqual([]);
});

test('reads a rejected key again at once, and a changed key lets the run succeed', async () => {
  const planner = bench.planner(ring);
  await bench.start(planner, 'accepted-1');
  await bench.start(planner, 'accepted-2');
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(1);
  ring.account.apiKey = 'another';
  const before = ring.calls.length;
  await expect(bench.start(planner, 'rejected')).rejects.toThrow();
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(2);
  // The same key is not tried again: once sleep, once personal_info.
  expect(ring.calls).toHaveLength(before + 2);
  bench.stack.calls.answerNext('GetParameterCommand', async () => ({ Parameter: { Value: 'another' } }));
  expect(await bench.start(planner, 'changed')).toEqual({ queued: 7 });
});

test.each(['unavailable', 'rate_limited_silent', 'reset'] as const)(
  'Oura being away (%s) does not stop the plan',
  async (fault) => {
    ring.faults.always(fault);
    // Too little time for a repeat within the invocation, which would wait for real.
    const planner = bench.planner(ring, {}, 1800);
    expect(await bench.start(planner, `away-${fault}`)).toEqual({ queued: 7 });
    expect(await queuedDates()).toEqual(WEEK);
  },
);

test('the log holds neither the key nor the task token, and the metrics are EMF', async () => {
  const event = await bench.stack.startRun('logged');
  await bench.planner(ring)(event);
  ring.account.apiKey = 'another';
  await expect(bench.planner(ring)({ ...event, run_id: 'logged-2' })).rejects.toThrow();
  const log = bench.stack.log();
  expect(log.text()).toContain('CredentialsRejected');
  expect(log.text()).not.toContain(API_KEY);
  expect(log.text()).not.toContain(event.task_token);
  const metrics = log.lines().filter(isEmf);
  for (const line of metrics) expectEmf(line);
  expect(metrics.filter((line) => line['OuraCalls'] === 1)).not.toEqual([]);
});
