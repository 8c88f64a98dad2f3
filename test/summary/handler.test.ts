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

test('a run is complete if every date has settled', async () => {
  await open('complete', DATES);
  await runs.settle('complete', { stored: [FIRST], unchanged: [SECOND], no_data: [THIRD] });
  expect(await summarize('complete')).toEqual({
    remarks: [],
    run_id: 'complete',
    status: 'complete',
    trigger: 'manual',
    started_at: '2026-03-10T19:00:00.000Z',
    finished_at: '2026-03-10T19:01:00.000Z',
    cause: null,
    counts: { planned: 3, stored: 1, unchanged: 1, no_data: 1, failed: 0, pending: 0 },
    failed_by_cause: {},
    first_failures: [],
    first_unfinished: [],
  });
  expect(metrics()).toMatchObject({ RunsComplete: 1 });
});

test.each(['morning', 'webhook', 'backfill'])(
  'a complete run by %s masks neither silence nor failed dates',
  async (trigger) => {
    const run_id = `extra-${trigger}`;
    await runs.open({ run_id, task_token: 'token', trigger });
    await runs.plan(run_id, [FIRST]);
    await runs.settle(run_id, { stored: [FIRST] });
    expect(await summarize(run_id, { trigger })).toMatchObject({ status: 'complete' });
    expect(metrics()).not.toHaveProperty('RunsSucceeded');
    expect(metrics()).not.toHaveProperty('RunsUnsettled');
    expect(metrics()).toMatchObject({ CredentialsRejected: 0 });
  },
);

test('a run without a date is complete', async () => {
  await open('empty', []);
  expect(await summarize('empty')).toMatchObject({ status: 'complete', counts: { planned: 0 } });
});

test('a run with some failed dates is partial, and names them with their errors', async () => {
  await open('partial', DATES);
  await runs.settle('partial', { stored: [FIRST, SECOND] });
  await runs.settle('partial', { failed: [THIRD] });
  const error = { name: 'InvalidRecord', message: 'Invalid sleep record: latency must be an integer' };
  const entry = { run_id: 'partial', attempts: 1, at: stack.clock.now(), next_check_on: null };
  await days.failed(THIRD, { ...entry, state: 'parked', error });
  expect(await summarize('partial')).toMatchObject({
    status: 'partial',
    counts: { planned: 3, stored: 2, failed: 1 },
    failed_by_cause: { InvalidRecord: 1 },
    first_failures: [{ date: THIRD, ...error }],
  });
  expect(metrics()).toMatchObject({ RunsPartial: 1 });
});

test('a run is failed if every date failed', async () => {
  await open('failed', DATES);
  await runs.settle('failed', { failed: DATES });
  const summary = await summarize('failed');
  expect(summary).toMatchObject({ status: 'failed', cause: null });
  expect(summary.first_failures.map(({ date }) => date)).toEqual(DATES);
  expect(metrics()).toMatchObject({ RunsFailed: 1 });
});

test('a run that timed out is incomplete, and names the unfinished dates', async () => {
  await open('incomplete', DATES);
  await runs.settle('incomplete', { stored: [SECOND] });
  expect(await summarize('incomplete', failure('States.Timeout'))).toMatchObject({
    status: 'incomplete',
    cause: 'States.Timeout',
    counts: { planned: 3, stored: 1, pending: 2 },
    first_unfinished: [FIRST, THIRD],
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

test('another error of the plan is the cause, and does not count as rejected credentials', async () => {
  await runs.open({ run_id: 'other', task_token: 'token', trigger: 'manual' });
  expect(await summarize('other', failure('DatesNotQueued'))).toMatchObject({ cause: 'DatesNotQueued' });
  expect(metrics()).not.toHaveProperty('CredentialsRejected');
});

test('reports a run that never opened', async () => {
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

test('reports a run without a trigger, which was not planned, with an unknown one', async () => {
  const { failure: ofPlan } = failure('ValidationError');
  expect(await summarize('untriggered', { failure: ofPlan })).toMatchObject({
    status: 'failed',
    trigger: 'unknown',
    cause: 'ValidationError',
  });
});

test('a second summary reports the same finish, with the dates settled since', async () => {
  await open('again', DATES);
  await runs.settle('again', { stored: [FIRST, SECOND], failed: [THIRD] });
  const first = await summarize('again');
  stack.clock.advance(3600);
  await runs.settle('again', { stored: [THIRD] });
  expect(await summarize('again')).toMatchObject({ status: 'complete', finished_at: first.finished_at });
});

test('reports the error of a failed date without an entry as unknown', async () => {
  await open('unknown', [FIRST]);
  await runs.settle('unknown', { failed: [FIRST] });
  expect(await summarize('unknown')).toMatchObject({
    failed_by_cause: { unknown: 1 },
    first_failures: [{ date: FIRST, name: 'unknown', message: '' }],
  });
});

test('accepts the state after a completed plan', async () => {
  const { task_token } = await stack.startRun('after-success');
  await runs.open({ run_id: 'after-success', task_token, trigger: 'manual' });
  await completeIfDone(stack.aws.sfn, (await runs.plan('after-success', [])) as OpenRun);
  const state = await stack.afterPlan('after-success');
  expect(await summarize('after-success', state)).toMatchObject({ status: 'complete', cause: null });
});

test('accepts the state after a failed plan', async () => {
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

describe('the age of the oldest parked message', () => {
  const DAY_MS = 86_400_000;
  const park = (body: string) => stack.queues.send('parked', body);
  /** The messages that the queue returns, as if they had been sent so many days ago. */
  const aged = (ages: readonly number[]) =>
    stack.calls.answerNext('ReceiveMessageCommand', async () => ({
      Messages: ages.map((days, index) => ({
        MessageId: String(index),
        Body: 'not a work message',
        Attributes: { SentTimestamp: String(stack.clock.now() - days * DAY_MS) },
      })),
    }));

  test('is 0 if none is parked, without waiting for a message', async () => {
    await open('nothing-parked', []);
    await summarize('nothing-parked');
    expect(metrics()).toMatchObject({ OldestParkedDays: 0 });
    expect(stack.calls.of('ReceiveMessageCommand')).toEqual([]);
  });

  test('is that of the oldest by its SentTimestamp, malformed ones included', async () => {
    await park('not a work message');
    await open('old', []);
    aged([3, 11.5, 7]);
    await summarize('old');
    expect(metrics()).toMatchObject({ OldestParkedDays: 11.5 });
  });

  test('leaves every message visible for the next redrive', async () => {
    stack.clock.set(new Date().toISOString());
    for (let index = 0; index < 12; index++) await park(`message ${index}`);
    await open('visible', []);
    await summarize('visible');
    expect(Number(metrics()['OldestParkedDays'])).toBeLessThan(0.01);
    expect((await stack.queues.receive('parked')).Records).toHaveLength(12);
  });

  test('stops in time to make the messages visible again', async () => {
    await park('one');
    await open('late', []);
    await createHandler(stack.of(LOGICAL_ID.summary))(
      { run_id: 'late', state: {} },
      { ...CONTEXT, getRemainingTimeInMillis: () => 11_000 },
    );
    expect(stack.calls.of('ReceiveMessageCommand')).toEqual([]);
  });

  test('is not sent if the queue cannot be read, and the run is still summarized', async () => {
    await open('unreadable', []);
    stack.calls.failNext('GetQueueAttributesCommand', new Error('SQS is unavailable'));
    expect(await summarize('unreadable')).toMatchObject({ status: 'complete' });
    expect(metrics()).not.toHaveProperty('OldestParkedDays');
    expect(stack.log().text()).toContain('Could not read the parked queue');
  });
});

test.each<[string, unknown]>([
  ['without a run', { state: {} }],
  ['with a failure that has no name', { run_id: 'malformed', state: { failure: { Cause: 'x' } } }],
])('rejects an event %s', async (_what, event) => {
  const handler = createHandler(stack.of(LOGICAL_ID.summary));
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'ValidationError' });
  expect(await runs.list()).toEqual([]);
});

test('closes the run, so that no task waits for it', async () => {
  await open('closed', DATES);
  await summarize('closed');
  expect(await runs.get('closed')).toMatchObject({ task_token: null });
});
