import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { createHandler } from '../../services/log-error/handler.ts';
import { failureAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { countsOf } from '../../shared/core/ledger.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';
import { workBody } from '../helpers/queues.ts';

const [FIRST, SECOND] = ['2026-03-09', '2026-03-10'] as const;
const FAILURE = failureAttributes({ name: 'OuraUnavailable', message: 'Oura is unavailable on sleep' }, 5);
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

/** A run whose task waits for `dates`. */
const plan = async (run_id: string, dates: readonly string[]) => {
  const { task_token } = await stack.startRun(run_id);
  await runs.open({ run_id, task_token, trigger: 'manual' });
  await runs.plan(run_id, dates);
};
const fail = (body: string, attributes: Record<string, MessageAttributeValue> = FAILURE) =>
  stack.queues.send('deadLetter', body, attributes);
/** One invocation with what is on the dead-letter queue; gives how many messages were kept. */
const deliver = async (): Promise<number> => {
  const event = await stack.queues.receive('deadLetter');
  const { batchItemFailures } = await createHandler(stack.of(LOGICAL_ID.logError))(event, CONTEXT);
  const kept = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const taken = event.Records.filter(({ messageId }) => !kept.includes(messageId));
  await stack.queues.acknowledge('deadLetter', taken);
  await stack.queues.giveBack(
    'deadLetter',
    event.Records.filter(({ messageId }) => kept.includes(messageId)),
  );
  return kept.length;
};
const parked = async () => (await stack.queues.receive('parked')).Records;
const day = async (date: string) => (await days.get([date])).get(date);

test('parks a message unchanged, with its attributes and its failure', async () => {
  const note = { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) };
  await fail(workBody('gone', FIRST, 'recheck'), { ...FAILURE, note });
  expect(await deliver()).toBe(0);
  const [record] = await parked();
  expect(record?.body).toBe(workBody('gone', FIRST, 'recheck'));
  expect(record?.messageAttributes).toMatchObject({
    note: { dataType: 'Binary', binaryValue: Buffer.from([1, 2, 255]).toString('base64') },
    failure_name: { stringValue: 'OuraUnavailable' },
    failure_message: { stringValue: 'Oura is unavailable on sleep' },
    attempts: { stringValue: '5', dataType: 'Number' },
  });
  expect((await stack.queues.receive('deadLetter')).Records).toEqual([]);
});

test('marks the date as parked in the ledger with the reason, and as failed in the run', async () => {
  await plan('recorded', [FIRST, SECOND]);
  await fail(workBody('recorded', FIRST));
  await deliver();
  expect(await day(FIRST)).toMatchObject({
    state: 'parked',
    reason: 'OuraUnavailable',
    attempts: 5,
    run_id: 'recorded',
    last_error: {
      name: 'OuraUnavailable',
      message: 'Oura is unavailable on sleep',
      at: '2026-03-10T19:00:00.000Z',
    },
  });
  expect((await runs.get('recorded'))?.run).toMatchObject({ failed: [FIRST], pending: [SECOND] });
  expect(await stack.isWaiting('recorded')).toBe(true);
});

test('the last date of a run completes its task, even if it failed', async () => {
  await plan('last', [FIRST, SECOND]);
  await runs.settle('last', { stored: [SECOND] });
  await fail(workBody('last', FIRST));
  await deliver();
  expect(await stack.afterPlan('last')).toMatchObject({ plan: { run_id: 'last' } });
});

test('the two last dates of a run in one batch complete its task', async () => {
  await plan('both', [FIRST, SECOND]);
  await fail(workBody('both', FIRST));
  await fail(workBody('both', SECOND));
  expect(await deliver()).toBe(0);
  expect(await stack.afterPlan('both')).toMatchObject({ plan: { run_id: 'both' } });
});

test.each(['not JSON', '{"version":9}'])('a malformed message is parked too, as it is: %s', async (body) => {
  await fail(body, failureAttributes({ name: 'MalformedMessage', message: 'The message is not JSON' }, 1));
  expect(await deliver()).toBe(0);
  expect((await parked()).map((record) => record.body)).toEqual([body]);
  expect(await Array.fromAsync(days.scan())).toEqual([]);
});

test('parks a message that SQS itself moved as a crash of the worker', async () => {
  await plan('crashed', [FIRST]);
  await stack.queues.send('work', workBody('crashed', FIRST));
  for (let receive = 1; receive <= 5; receive++) {
    const { Records } = await stack.queues.receive('work');
    expect(Records).toHaveLength(1);
    await stack.queues.giveBack('work', Records);
  }
  expect((await stack.queues.receive('work')).Records).toEqual([]);
  expect(await deliver()).toBe(0);
  const [record] = await parked();
  expect(record?.messageAttributes).toMatchObject({ failure_name: { stringValue: 'WorkerCrashed' } });
  expect(await day(FIRST)).toMatchObject({ state: 'parked', reason: 'WorkerCrashed' });
  expect(await stack.afterPlan('crashed')).toMatchObject({ plan: { run_id: 'crashed' } });
});

/** What the ledger has of a date that `run_id` has stored a second ago. */
const stored = (run_id: string) =>
  days.stored(FIRST, {
    run_id,
    attempts: 1,
    at: stack.clock.now() - 1000,
    next_check_on: null,
    settled: false,
  });

test('a date that its run has stored stays stored, in the ledger and in the run', async () => {
  await plan('stored', [FIRST]);
  await runs.settle('stored', { stored: [FIRST] });
  await stored('stored');
  await fail(workBody('stored', FIRST));
  expect(await deliver()).toBe(0);
  expect(await day(FIRST)).toMatchObject({ state: 'stored' });
  const { run } = await runs.finish('stored', { trigger: 'manual', cause: null });
  expect(countsOf(run)).toMatchObject({ stored: 1, failed: 0 });
});

test('a parked re-read leaves the night of an earlier run stored, and records the error', async () => {
  await stored('earlier');
  await plan('recheck', [FIRST]);
  await fail(workBody('recheck', FIRST, 'recheck'));
  await deliver();
  expect(await day(FIRST)).toMatchObject({ state: 'stored', last_error: { name: 'OuraUnavailable' } });
  expect((await runs.get('recheck'))?.run.failed).toEqual([FIRST]);
});

test('parks the date of an expired run, and does not recreate the run', async () => {
  await fail(workBody('gone', FIRST));
  expect(await deliver()).toBe(0);
  expect(await day(FIRST)).toMatchObject({ state: 'parked' });
  expect(await runs.get('gone')).toBeUndefined();
});

test('keeps only the message of the batch that cannot be parked', async () => {
  await fail(workBody('one', FIRST));
  await fail(workBody('two', SECOND));
  stack.calls.failNext('SendMessageCommand', new Error('no queue'));
  expect(await deliver()).toBe(1);
  expect(await parked()).toHaveLength(1);
  expect(await deliver()).toBe(0);
  expect(await parked()).toHaveLength(1);
});

test('keeps a message whose failure cannot be recorded, and does not park it', async () => {
  await fail(workBody('ledgerless', FIRST));
  stack.calls.failNext('UpdateItemCommand', new Error('no ledger'));
  expect(await deliver()).toBe(1);
  expect(await parked()).toEqual([]);
});

test('after a crash between copy and callback, the next delivery completes the task', async () => {
  await plan('crash', [FIRST]);
  await fail(workBody('crash', FIRST));
  stack.calls.failNext('SendTaskSuccessCommand', new Error('Step Functions is away'));
  expect(await deliver()).toBe(1);
  expect(await stack.isWaiting('crash')).toBe(true);
  expect(await deliver()).toBe(0);
  expect(await stack.afterPlan('crash')).toMatchObject({ plan: { run_id: 'crash' } });
});

test('logs one error line with the date, the run and the failure, and counts the parked dates', async () => {
  await fail(workBody('logged', FIRST));
  await fail('health value 48');
  await deliver();
  const lines = stack.log().lines();
  expect(lines.filter(({ message }) => message === 'Parked')).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      service: 'log-error',
      run_id: 'logged',
      date: FIRST,
      failure_name: 'OuraUnavailable',
      attempts: 5,
    }),
  );
  expect(stack.log().text()).not.toContain('health value');
  const metrics = lines.filter(isEmf);
  for (const line of metrics) expectEmf(line);
  expect(metrics.flatMap((line) => line['DatesParked'])).toEqual([1, 1]);
});
