import { openLedger } from '../../../services/operations/ledger.ts';
import { outputOf, type Stack } from '../../../services/operations/stack.ts';
import {
  readSyncState,
  type ServingProcess,
  type Situation,
} from '../../../services/operations/status/sync-state.ts';
import { createNewestNight, createPlannedThrough } from '../../../shared/aws/store/latest-day.ts';
import { daysFrom } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';
import { historyOf, NOW } from '../../helpers/history.ts';
import { workBody } from '../../helpers/queues.ts';
import { PAGE, RUNNING, situationOf } from '../../helpers/situation.ts';

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
beforeEach(async () => {
  await opened.clear();
  opened.clock.set(NOW);
});
afterAll(() => opened.stop());

const stateIn = (process: ServingProcess | null, changes: Partial<Situation> = {}) =>
  readSyncState(stack, situationOf(process, changes));
const problemsIn = async (process: ServingProcess | null) =>
  (await stateIn(process)).problems.map(({ id, count, action }) => ({ id, count, action }));

const { runs, runOf, store, beWell, fail } = historyOf(() => opened);

test('a folder in which everything is well has no problem, running or not', async () => {
  await beWell();
  for (const process of [RUNNING, PAGE, null]) expect(await problemsIn(process)).toEqual([]);
  expect(await stateIn(null)).toMatchObject({
    lastSuccess: new Date(NOW).toISOString(),
    process: null,
  });
});

const ago = (days: number) => Date.parse(NOW) - days * 86_400_000;

test('failed dates whose messages wait are a problem if nothing runs', async () => {
  await beWell();
  const dates = daysFrom('2023-01-01', '2026-03-03').slice(-106);
  for (const date of dates) await fail(date, 'failed');
  for (const date of dates.slice(0, 3)) await opened.queues.send('work', workBody('run', date));
  expect(await problemsIn(RUNNING)).toEqual([]);
  expect(await problemsIn(null)).toEqual([{ id: 'dates_waiting', count: 106, action: 'run start' }]);
});

test('failed and unfinished dates without a message are a problem, unless the next run requests them', async () => {
  await beWell();
  await fail('2026-01-05', 'failed');
  await runOf(['2026-01-04'], { trigger: 'backfill' });
  await runOf(['2026-03-11']);
  const old = { id: 'dates_failed', action: 'run backfill --from 2026-01-04 --to 2026-01-05' };
  expect(await problemsIn(RUNNING)).toEqual([{ ...old, count: 2 }]);
  expect(await problemsIn(null)).toEqual([
    { id: 'dates_failed', count: 3, action: 'run backfill --from 2026-01-04 --to 2026-03-11' },
  ]);
});

test('a date that a later run settled is no problem of the earlier one', async () => {
  await beWell();
  await runOf(['2026-01-04', '2026-01-05'], { trigger: 'backfill' });
  await store('2026-01-04');
  const at = stack.clock.now();
  const empty = { reason: 'not_worn', evidence: '', settled: true, since: at } as const;
  await openLedger(stack).days.noData('2026-01-05', {
    run_id: 'r',
    attempts: 1,
    at,
    next_check_on: null,
    ...empty,
  });
  expect(await problemsIn(null)).toEqual([]);
});

test('if Oura denies access, every advice begins with the reconnect', async () => {
  await beWell();
  opened.clock.set('2026-03-10T13:00:00-07:00');
  await runOf([], { cause: 'CredentialsRejected' });
  await fail('2026-03-01', 'failed');
  await opened.queues.send('work', workBody('run', '2026-03-01'));
  expect(await problemsIn(RUNNING)).toMatchObject([{ id: 'reconnect_needed' }]);
  const [denied, waiting] = await problemsIn(null);
  expect(denied).toMatchObject({
    id: 'reconnect_needed',
    action: 'run connect, or correct OURA_API_KEY where it is set',
  });
  expect(waiting).toMatchObject({
    id: 'dates_waiting',
    action: 'run connect, or correct OURA_API_KEY where it is set; then run start',
  });
});

test('silence before the first run counts from the making of the folder', async () => {
  const begun = '2026-03-09T16:00:00.000Z';
  const problemsSince = async (process: ServingProcess | null, since: string | null) =>
    (await stateIn(process, { begun: since })).problems;
  expect(await problemsSince(RUNNING, begun)).toMatchObject([
    {
      id: 'no_success',
      since: begun,
      summary: 'No run is recorded, and the data folder has existed for 27 hours',
    },
  ]);
  expect(await problemsSince(null, begun)).toMatchObject([{ id: 'no_success', action: 'run start' }]);
  for (const early of ['2026-03-09T18:00:00.000Z', '2026-04-09T16:00:00.000Z', null])
    expect(await problemsSince(RUNNING, early)).toEqual([]);
});

test('a silence longer than the setting is a problem, whatever runs, and extra runs do not end it', async () => {
  await beWell();
  opened.clock.set('2026-03-11T14:00:00-07:00');
  expect(await problemsIn(RUNNING)).toEqual([]);
  opened.clock.set('2026-03-11T16:00:00-07:00');
  expect(await problemsIn(RUNNING)).toEqual([
    { id: 'no_success', count: null, action: 'run failures to see why' },
  ]);
  expect((await stateIn(RUNNING, { longestSilenceHours: 30 })).problems).toEqual([]);
  await store('2026-03-11');
  await runOf(['2026-03-11'], { trigger: 'webhook', settle: { unchanged: ['2026-03-11'] } });
  expect(await problemsIn(RUNNING)).toMatchObject([{ id: 'no_success' }]);
  opened.clock.set('2026-06-08T12:30:00-07:00');
  const { problems } = await stateIn(null);
  expect(problems).toMatchObject([
    {
      id: 'no_success',
      severity: 'problem',
      since: '2026-03-10T19:30:00.000Z',
      summary: 'No run has succeeded for 90 days, since 2026-03-10 12:30 America/Los_Angeles',
      action: 'run start',
    },
  ]);
});

test('parked dates are a problem, also while another reader holds their messages', async () => {
  await beWell();
  await fail('2026-03-01', 'parked');
  await opened.queues.send('parked', workBody('run', '2026-03-01'));
  await opened.queues.receive('parked');
  const parked = { id: 'dates_parked', count: 1, action: 'to see why, run failures; to retry, run redrive' };
  for (const process of [RUNNING, null]) expect(await problemsIn(process)).toEqual([parked]);
  await opened.queues.send('parked', 'not a work message');
  expect(await problemsIn(null)).toEqual([{ ...parked, count: 2 }]);
});

test('parked dates whose messages the queue has deleted must be requested again', async () => {
  await beWell();
  for (const [day, age] of [
    ['2026-01-01', 60],
    ['2026-01-02', 50],
    ['2026-03-01', 1],
  ] as const)
    await fail(day, 'parked', ago(age));
  await opened.queues.send('parked', workBody('run', '2026-03-01'));
  const expired = {
    id: 'messages_expired',
    count: 2,
    action: 'run backfill --from 2026-01-01 --to 2026-01-02',
  };
  expect(await problemsIn(RUNNING)).toMatchObject([{ id: 'dates_parked', count: 1 }, expired]);
  // Malformed messages do not hide it.
  await opened.queues.send('parked', 'not a work message');
  await opened.queues.send('parked', 'neither');
  expect(await problemsIn(RUNNING)).toMatchObject([{ id: 'dates_parked', count: 3 }, expired]);
});

test('a redrive under way is no loss of messages', async () => {
  await beWell();
  await fail('2026-01-01', 'parked', ago(60));
  await opened.queues.send('work', workBody('run', '2026-01-01'));
  expect(await problemsIn(RUNNING)).toMatchObject([{ id: 'dates_parked', count: 1 }]);
});

test('nights that the ledger calls stored and the table has lost are found', async () => {
  await beWell();
  const at = stack.clock.now();
  await openLedger(stack).days.stored('2026-01-03', {
    run_id: 'r',
    attempts: 1,
    at,
    next_check_on: null,
    settled: false,
  });
  await runOf(['2026-01-04'], { trigger: 'backfill', settle: { stored: ['2026-01-04'] } });
  await runOf(['2026-01-05'], { trigger: 'backfill', settle: { unchanged: ['2026-01-05'] } });
  await createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).advance('2026-03-11');
  const lost = { id: 'nights_missing', count: 4, action: 'run backfill --from 2026-01-03 --to 2026-03-11' };
  for (const process of [RUNNING, null]) expect(await problemsIn(process)).toEqual([lost]);
});

test('last night is absent three hours after the usual wake-up time, once Oura was asked for it', async () => {
  await beWell();
  const notOver = (at: string) =>
    openLedger(stack).days.notOver('2026-03-11', {
      run_id: 'r',
      attempts: 1,
      at: Date.parse(at),
      next_check_on: null,
    });
  // The run of the day before has asked for the date that had begun elsewhere on Earth.
  await notOver('2026-03-10T12:30:00-07:00');
  opened.clock.set('2026-03-11T13:00:00-07:00');
  expect(await problemsIn(RUNNING)).toEqual([]);
  await notOver('2026-03-11T09:00:00-07:00');
  const absent = [{ id: 'last_night_absent', count: null, action: 'open the Oura app to sync the ring' }];
  expect(await problemsIn(RUNNING)).toEqual(absent);
  opened.clock.set('2026-03-11T09:30:00-07:00');
  expect(await problemsIn(RUNNING)).toEqual([]);
  // It stays absent until the next night is due.
  opened.clock.set('2026-03-12T06:00:00-07:00');
  await runOf([]);
  expect(await problemsIn(RUNNING)).toEqual(absent);
  await store('2026-03-11');
  expect(await problemsIn(RUNNING)).toEqual([]);
});

test('times of a clock that was ahead are a warning, and decide nothing', async () => {
  await beWell();
  opened.clock.set('2026-04-20T12:30:00-07:00');
  await runOf(['2026-04-20']);
  await fail('2026-04-19', 'parked');
  await opened.queues.send('parked', workBody('run', '2026-04-19'));
  await createPlannedThrough(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).advance('2026-04-20');
  opened.clock.set(NOW);
  const { problems, runs: shown, lastSuccess } = await stateIn(RUNNING);
  expect(problems.at(-1)).toMatchObject({ id: 'clock_ahead', severity: 'warning', count: 2 });
  expect(shown[0]?.started_at).toBe(new Date(NOW).toISOString());
  expect(lastSuccess).toBe(new Date(NOW).toISOString());
  opened.clock.set('2026-04-20T13:00:00-07:00');
  expect((await problemsIn(RUNNING)).map(({ id }) => id)).not.toContain('clock_ahead');
});

test('dates that nothing works on are a problem, and the advice is not refused', async () => {
  await beWell();
  const dates = daysFrom('2023-11-12', '2026-03-10').slice(0, 850);
  await opened.startRun('pending-run', { trigger: 'backfill' });
  await runs().open({ run_id: 'pending-run', task_token: 'token', trigger: 'backfill' });
  await runs().plan('pending-run', dates);
  expect(await problemsIn(RUNNING)).toEqual([]);
  expect(await problemsIn(null)).toEqual([{ id: 'dates_waiting', count: 850, action: 'run start' }]);
  expect(await problemsIn(PAGE)).toEqual([
    { id: 'dates_waiting', count: 850, action: 'stop dashboard (process 4711), then run start' },
  ]);
  const { runs: stopped, dates: unsettled } = await stateIn(null);
  expect(stopped.find(({ run_id }) => run_id === 'pending-run')).toMatchObject({ status: 'stopped' });
  expect([...unsettled.waiting].sort()).toEqual(dates);
  const { runs: running } = await stateIn(RUNNING);
  expect(running.find(({ run_id }) => run_id === 'pending-run')).toMatchObject({ status: 'running' });
});
