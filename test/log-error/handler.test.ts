import { type MessageAttributeValue, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { createHandler } from '../../services/log-error/handler.ts';
import { failureAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { daysFrom } from '../../shared/core/day.ts';
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

/** SQS takes a batch but for the message with `body`, once. */
const refuseOnce = (body: string) =>
  stack.calls.answerNext('SendMessageBatchCommand', async (input) => {
    const { QueueUrl, Entries = [] } = input as unknown as SendMessageBatchCommand['input'];
    const [refused, taken] = [true, false].map((is) =>
      Entries.filter((entry) => is === (entry.MessageBody === body)),
    );
    if (taken?.length) await stack.raw.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: taken }));
    const fault = { SenderFault: true, Code: 'InvalidMessageContents', Message: 'odd' };
    return { Failed: refused?.map(({ Id }) => ({ Id, ...fault })) };
  });
const parkedLines = () =>
  stack
    .log()
    .lines()
    .filter(({ message }) => String(message).startsWith('Parked'));
const runUpdates = () =>
  stack.calls.of('UpdateItemCommand').filter(({ Key }) => JSON.stringify(Key).includes('run#'));

test('updates each run of a batch once, and sends ten messages per call', async () => {
  const dates = daysFrom('2026-01-01', '2026-02-09');
  await plan('one', dates);
  await plan('two', dates);
  for (const date of dates) for (const run_id of ['one', 'two']) await fail(workBody(run_id, date));
  stack.calls.clear();
  expect(await deliver()).toBe(0);
  expect(runUpdates()).toHaveLength(2);
  const calls = stack.calls.of('SendMessageBatchCommand') as { Entries: unknown[] }[];
  expect(calls.map(({ Entries }) => Entries.length)).toEqual(Array(8).fill(10));
  expect(await parked()).toHaveLength(80);
  for (const run_id of ['one', 'two'])
    expect(await stack.afterPlan(run_id)).toMatchObject({ plan: { run_id } });
});

test('keeps only the message of the batch that SQS does not take, and parks each once', async () => {
  await plan('both-of-one', [FIRST, SECOND]);
  for (const date of [FIRST, SECOND]) await fail(workBody('both-of-one', date));
  refuseOnce(workBody('both-of-one', SECOND));
  expect(await deliver()).toBe(1);
  expect(await parked()).toHaveLength(1);
  expect(await deliver()).toBe(0);
  expect((await parked()).map(({ body }) => body)).toEqual([workBody('both-of-one', SECOND)]);
  expect(stack.log().lines()).toContainEqual(
    expect.objectContaining({ message: 'Could not park a message', date: SECOND, receives: 1 }),
  );
});

test('if a call to SQS fails, its messages are recorded and kept, and the next receive parks each once', async () => {
  await plan('unsent', [FIRST, SECOND]);
  for (const date of [FIRST, SECOND]) await fail(workBody('unsent', date));
  stack.calls.failNext('SendMessageBatchCommand', new Error('no queue'));
  expect(await deliver()).toBe(2);
  expect(await parked()).toEqual([]);
  expect(await day(FIRST)).toMatchObject({ state: 'parked' });
  expect(await deliver()).toBe(0);
  expect(await parked()).toHaveLength(2);
  expect(await stack.afterPlan('unsent')).toMatchObject({ plan: { run_id: 'unsent' } });
});

test('keeps a message whose date cannot be recorded, does not park it, and parks the rest of its run', async () => {
  await plan('half', [FIRST, SECOND]);
  for (const date of [FIRST, SECOND]) await fail(workBody('half', date));
  stack.calls.failNext('UpdateItemCommand', new Error('no ledger'));
  expect(await deliver()).toBe(1);
  expect(await parked()).toHaveLength(1);
  expect((await runs.get('half'))?.run).toMatchObject({ failed: [SECOND], pending: [FIRST] });
  expect(await deliver()).toBe(0);
  expect(await parked()).toHaveLength(1);
  expect(await stack.afterPlan('half')).toMatchObject({ plan: { run_id: 'half' } });
});

test('keeps the messages of a run that cannot be updated, and parks those of other runs', async () => {
  await plan('throttled', [FIRST, SECOND]);
  for (const date of [FIRST, SECOND]) await fail(workBody('throttled', date));
  await fail(workBody('other', FIRST));
  for (let entries = 0; entries < 3; entries++) stack.calls.beforeNext('UpdateItemCommand', async () => {});
  stack.calls.failNext('UpdateItemCommand', new Error('throttled'));
  expect(await deliver()).toBe(2);
  expect((await parked()).map(({ body }) => body)).toEqual([workBody('other', FIRST)]);
  expect((await runs.get('throttled'))?.run).toMatchObject({ failed: [], pending: [FIRST, SECOND] });
  expect(await deliver()).toBe(0);
  expect(await parked()).toHaveLength(2);
});

test('if a run cannot be completed, one of its messages is received again, and the log shows that it is parked twice', async () => {
  await plan('crash', [FIRST, SECOND]);
  for (const date of [FIRST, SECOND]) await fail(workBody('crash', date));
  stack.calls.failNext('SendTaskSuccessCommand', new Error('Step Functions is away'));
  expect(await deliver()).toBe(1);
  expect(await stack.isWaiting('crash')).toBe(true);
  expect(await deliver()).toBe(0);
  expect(await stack.afterPlan('crash')).toMatchObject({ plan: { run_id: 'crash' } });
  expect(await parked()).toHaveLength(3);
  expect(parkedLines().map(({ message, date, receives }) => [message, date, receives])).toEqual([
    ['Parked, and received again: its run could not be completed', FIRST, 1],
    ['Parked', SECOND, 1],
    ['Parked', FIRST, 2],
  ]);
});

test('long messages are sent in calls of their own, because SQS takes 1 MiB per batch', async () => {
  const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(600 * 1024));
  for (const body of [...bodies, 'short']) await fail(body);
  expect(await deliver()).toBe(0);
  expect((await parked()).map(({ body }) => body).sort()).toEqual([...bodies, 'short'].sort());
});

test('leaves out attributes beyond ten, because SQS would reject the copy, and says which', async () => {
  const notes = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`note_${index}`, { DataType: 'String', StringValue: 'x' }]),
  );
  await fail(workBody('noted', FIRST), notes);
  expect(await deliver()).toBe(0);
  const [record] = await parked();
  const attributes = Object.keys(record?.messageAttributes ?? {});
  expect(attributes).toHaveLength(10);
  expect(attributes).toEqual(expect.arrayContaining(Object.keys(FAILURE)));
  expect(stack.log().lines()).toContainEqual(
    expect.objectContaining({ level: 'WARN', leftOut: ['note_7', 'note_8'] }),
  );
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
  expect(metrics.map((line) => line['DatesParked'])).toEqual([2]);
});
