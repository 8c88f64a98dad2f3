import { SendTaskFailureCommand } from '@aws-sdk/client-sfn';
import { createHandler } from '../../services/summary/handler.ts';
import { completeIfDone } from '../../shared/aws/store/complete-run.ts';
import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type OpenRun, type Runs } from '../../shared/aws/store/runs.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';

const DATES = ['2026-03-08', '2026-03-09', '2026-03-10'];
const [FIRST, SECOND, THIRD] = DATES as [string, string, string];
const CONTEXT = { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 };

let stack: TestStack;
let runs: Runs;
let days: Days;
beforeAll(async () => {
  stack = await openStack();
  runs = createRuns(stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90);
  days = createDays(stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable);
});
beforeEach(async () => {
  await stack.clear();
  stack.clock.set('2026-03-10T19:00:00Z');
});
afterAll(() => stack.stop());

const open = async (run_id: string, dates: readonly string[]) => {
  await runs.open({ run_id, task_token: 'token', trigger: 'manual' });
  await runs.plan(run_id, dates);
  stack.clock.advance(60);
};
const summarize = (run_id: string, state: object = { trigger: 'manual' }) =>
  createHandler(stack.of(LOGICAL_ID.summary))({ run_id, state }, CONTEXT);
const failure = (name: string) => ({
  trigger: 'manual',
  failure: { Error: name, Cause: '{"errorType":"x"}' },
});
const metrics = () => {
  const lines = stack.log().lines().filter(isEmf);
  for (const line of lines) expectEmf(line);
  return Object.assign({}, ...lines) as Record<string, unknown>;
};

test('a run whose every date settled is complete', async () => {
  await open('complete', DATES);
  await runs.settle('complete', { stored: [FIRST], unchanged: [SECOND], no_data: [THIRD] });
  expect(await summarize('complete')).toEqual({
    run_id: 'complete',
    status: 'complete',
    trigger: 'manual',
    started_at: '2026-03-10T19:00:00.000Z',
    finished_at: '2026-03-10T19:01:00.000Z',
    cause: null,
    counts: { planned: 3, stored: 1, unchanged: 1, no_data: 1, failed: 0, pending: 0 },
    failures: [],
    unfinished: [],
  });
  expect(metrics()).toMatchObject({ RunsComplete: 1 });
});

test('a run without a date is complete', async () => {
  await open('empty', []);
  expect(await summarize('empty')).toMatchObject({ status: 'complete', counts: { planned: 0 } });
});

test('a run of which some dates failed is partial, and says which and why', async () => {
  await open('partial', DATES);
  await runs.settle('partial', { stored: [FIRST, SECOND] });
  await runs.settle('partial', { failed: [THIRD] });
  const error = { name: 'InvalidRecord', message: 'Invalid sleep record: latency must be an integer' };
  const entry = { run_id: 'partial', attempts: 1, at: stack.clock.now(), next_check_on: null };
  await days.failed(THIRD, { ...entry, state: 'parked', error });
  expect(await summarize('partial')).toMatchObject({
    status: 'partial',
    counts: { planned: 3, stored: 2, failed: 1 },
    failures: [{ date: THIRD, ...error }],
  });
  expect(metrics()).toMatchObject({ RunsPartial: 1 });
});

test('a run of which every date failed has failed', async () => {
  await open('failed', DATES);
  await runs.settle('failed', { failed: DATES });
  const summary = await summarize('failed');
  expect(summary).toMatchObject({ status: 'failed', cause: null });
  expect(summary.failures.map(({ date }) => date)).toEqual(DATES);
  expect(metrics()).toMatchObject({ RunsFailed: 1 });
});

test('a run that timed out is incomplete, and says what is unfinished', async () => {
  await open('incomplete', DATES);
  await runs.settle('incomplete', { stored: [SECOND] });
  expect(await summarize('incomplete', failure('States.Timeout'))).toMatchObject({
    status: 'incomplete',
    cause: 'States.Timeout',
    counts: { planned: 3, stored: 1, pending: 2 },
    unfinished: [FIRST, THIRD],
  });
  expect(metrics()).toMatchObject({ RunsIncomplete: 1 });
});

test.each(['CredentialsRejected', 'AccessForbidden'])(
  'a plan that failed with %s is the cause, and an alarm counts it',
  async (name) => {
    const run_id = `cause-${name}`;
    await runs.open({ run_id, task_token: 'token', trigger: 'manual' });
    expect(await summarize(run_id, failure(name))).toMatchObject({ status: 'failed', cause: name });
    expect(metrics()).toMatchObject({ RunsFailed: 1, CredentialsRejected: 1 });
  },
);

test('a plan that failed with anything else is the cause, and counts as no rejected credentials', async () => {
  await runs.open({ run_id: 'other', task_token: 'token', trigger: 'manual' });
  expect(await summarize('other', failure('DatesNotQueued'))).toMatchObject({ cause: 'DatesNotQueued' });
  expect(metrics()).not.toHaveProperty('CredentialsRejected');
});

test('a run that never opened is reported all the same', async () => {
  expect(await summarize('never', failure('Sandbox.Timedout'))).toMatchObject({
    run_id: 'never',
    status: 'failed',
    trigger: 'manual',
    cause: 'Sandbox.Timedout',
    counts: { planned: 0 },
    started_at: '2026-03-10T19:00:00.000Z',
    finished_at: '2026-03-10T19:00:00.000Z',
  });
  expect((await runs.get('never'))?.run.cause).toBe('Sandbox.Timedout');
});

test('a run that was started without a trigger, and hence not planned, is reported as of an unknown one', async () => {
  const { failure: ofPlan } = failure('ValidationError');
  expect(await summarize('untriggered', { failure: ofPlan })).toMatchObject({
    status: 'failed',
    trigger: 'unknown',
    cause: 'ValidationError',
  });
});

test('summarized again, a run reports the same finish, and what has healed since', async () => {
  await open('again', DATES);
  await runs.settle('again', { stored: [FIRST, SECOND], failed: [THIRD] });
  const first = await summarize('again');
  stack.clock.advance(3600);
  await runs.settle('again', { stored: [THIRD] });
  expect(await summarize('again')).toMatchObject({ status: 'complete', finished_at: first.finished_at });
});

test('a failed date that the ledger does not know is told as unknown', async () => {
  await open('unknown', [FIRST]);
  await runs.settle('unknown', { failed: [FIRST] });
  expect((await summarize('unknown')).failures).toEqual([{ date: FIRST, name: 'unknown', message: '' }]);
});

test('understands what the state machine hands on after a completed plan', async () => {
  const { task_token } = await stack.startRun('after-success');
  await runs.open({ run_id: 'after-success', task_token, trigger: 'manual' });
  await completeIfDone(stack.aws.sfn, (await runs.plan('after-success', [])) as OpenRun);
  const state = await stack.afterPlan('after-success');
  expect(await summarize('after-success', state)).toMatchObject({ status: 'complete', cause: null });
});

test('understands what the state machine hands on after a failed plan', async () => {
  const { task_token } = await stack.startRun('after-failure');
  await runs.open({ run_id: 'after-failure', task_token, trigger: 'manual' });
  const reply = { taskToken: task_token, error: 'CredentialsRejected', cause: 'Oura rejected the key' };
  await stack.aws.sfn.send(new SendTaskFailureCommand(reply));
  const state = await stack.afterPlan('after-failure');
  expect(await summarize('after-failure', state)).toMatchObject({
    status: 'failed',
    cause: 'CredentialsRejected',
  });
});

test.each<[string, unknown]>([
  ['without a run', { state: {} }],
  ['with a failure that has no name', { run_id: 'malformed', state: { failure: { Cause: 'x' } } }],
])('an event %s is refused', async (_what, event) => {
  const handler = createHandler(stack.of(LOGICAL_ID.summary));
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'ValidationError' });
  expect(await runs.list()).toEqual([]);
});

test('the run is closed: nobody waits for it any more', async () => {
  await open('closed', DATES);
  await summarize('closed');
  expect(await runs.get('closed')).toMatchObject({ task_token: null });
});
