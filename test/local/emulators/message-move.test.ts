import { SqsStore, type StoredMessage } from '../../../services/local/emulators/fauxqs.ts';
import { createMessageMoves } from '../../../services/local/emulators/message-move.ts';
import { type GroupCommit, LocalQueues } from '../../../services/local/emulators/queue-store.ts';
import { until } from '../support/machine.ts';

// The rules of a move, on queues in memory. message-move-service.test.ts has the SDK, and what a restart keeps.

type QueueName = 'WorkQueue' | 'DeadLetterQueue' | 'ParkedQueue';
interface TaskDescription {
  readonly Status: string;
  readonly TaskHandle?: string;
  readonly SourceArn: string;
  readonly DestinationArn: string;
  readonly MaxNumberOfMessagesPerSecond?: number;
  readonly ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly StartedTimestamp: number;
  readonly FailureReason?: string;
}

const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

/** Each queue with its dead-letter queue. WorkQueue is one of no queue. */
const machine = () => {
  const queues = new LocalQueues();
  const create = (name: QueueName, deadLetter?: QueueName) =>
    queues.createQueue(
      name,
      `http://${name}`,
      arn(name),
      deadLetter && { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(deadLetter) }) },
    );
  const named = {
    WorkQueue: create('WorkQueue', 'DeadLetterQueue'),
    DeadLetterQueue: create('DeadLetterQueue', 'ParkedQueue'),
    ParkedQueue: create('ParkedQueue'),
  };
  return { named, moves: createMessageMoves(queues, { committed: async () => undefined } as GroupCommit) };
};
let { named, moves } = machine();
beforeEach(() => {
  ({ named, moves } = machine());
});
afterEach(() => moves.end());

const sendTo = (queue: QueueName, ...bodies: string[]) => {
  for (const body of bodies) named[queue].enqueue(SqsStore.createMessage(body, {}));
};
const park = (...bodies: string[]) => sendTo('ParkedQueue', ...bodies);
const receive = (queue: QueueName, visibilityTimeout?: number) =>
  named[queue].dequeue(10, visibilityTimeout, () => undefined);
const bodiesIn = (queue: QueueName) => named[queue].messages.map(({ body }: StoredMessage) => body);
const move = async (
  options: { SourceArn?: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
) =>
  (await moves.operations.StartMessageMoveTask({
    SourceArn: arn('ParkedQueue'),
    DestinationArn: arn('WorkQueue'),
    ...options,
  })) as { TaskHandle: string };
const list = async (options: { SourceArn?: string; MaxResults?: number } = {}) => {
  const listed = await moves.operations.ListMessageMoveTasks({ SourceArn: arn('ParkedQueue'), ...options });
  return (listed as { Results: TaskDescription[] }).Results;
};
const latest = async () => (await list())[0];
const completed = () => until(async () => (await latest())?.Status === 'COMPLETED');
const cancel = async (TaskHandle: string) =>
  (await moves.operations.CancelMessageMoveTask({ TaskHandle })) as {
    ApproximateNumberOfMessagesMoved: number;
  };

test('moves the messages in the order in which they were parked', async () => {
  park('a', 'b', 'c');
  await move();
  await completed();
  expect(bodiesIn('WorkQueue')).toEqual(['a', 'b', 'c']);
});

test('reports the number of moved messages of a completed task, without a handle', async () => {
  park('a', 'b', 'c');
  const before = Date.now();
  await move();
  await completed();
  const task = await latest();
  expect(task).toEqual({
    Status: 'COMPLETED',
    SourceArn: arn('ParkedQueue'),
    DestinationArn: arn('WorkQueue'),
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
    StartedTimestamp: expect.any(Number),
  });
  expect(task?.StartedTimestamp).toBeGreaterThanOrEqual(before);
  expect(task?.StartedTimestamp).toBeLessThanOrEqual(Date.now());
});

test('completes at once if the source is empty', async () => {
  await move();
  await completed();
  expect(await latest()).toMatchObject({
    ApproximateNumberOfMessagesMoved: 0,
    ApproximateNumberOfMessagesToMove: 0,
  });
});

test('moves a hundred messages per transaction if no rate is given', async () => {
  for (let batch = 0; batch < 21; batch++) {
    park(...Array.from({ length: 10 }, (_, index) => `${batch}-${index}`));
  }
  await move();
  const seen = new Set<number | undefined>();
  await until(async () => {
    const task = await latest();
    seen.add(task?.ApproximateNumberOfMessagesMoved);
    return task?.Status === 'COMPLETED';
  });
  expect([0, 100, 200, 210]).toEqual(expect.arrayContaining([...seen]));
  expect(bodiesIn('ParkedQueue')).toHaveLength(0);
  expect(bodiesIn('WorkQueue')).toHaveLength(210);
});

test('does not move messages that are in flight or that arrive after the start', async () => {
  park('held');
  receive('ParkedQueue');
  park('a', 'b');
  await move({ MaxNumberOfMessagesPerSecond: 20 });
  park('late');
  await completed();
  expect(await latest()).toMatchObject({ ApproximateNumberOfMessagesToMove: 2 });
  expect(bodiesIn('WorkQueue')).toEqual(['a', 'b']);
  expect(bodiesIn('ParkedQueue')).toEqual(['late']);
});

test('moves a message after its visibility timeout has passed', async () => {
  park('a');
  receive('ParkedQueue', 0);
  await move();
  await completed();
  expect(await latest()).toMatchObject({ ApproximateNumberOfMessagesToMove: 1 });
  expect(bodiesIn('WorkQueue')).toEqual(['a']);
});

test('completes if a consumer receives the remaining messages', async () => {
  park('a', 'b', 'c');
  await move({ MaxNumberOfMessagesPerSecond: 5 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  receive('ParkedQueue');
  await completed();
  expect(await latest()).toMatchObject({
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 3,
  });
});

test('moves messages at the requested rate', async () => {
  park('a', 'b', 'c', 'd', 'e');
  const started = performance.now();
  await move({ MaxNumberOfMessagesPerSecond: 5 });
  expect(await latest()).toMatchObject({ Status: 'RUNNING', MaxNumberOfMessagesPerSecond: 5 });
  await completed();
  // The first at once, then four pauses of 200 ms. A busy machine takes longer, but never as long as at 1 per second.
  const seconds = (performance.now() - started) / 1000;
  expect(seconds).toBeGreaterThan(0.75);
  expect(seconds).toBeLessThan(3.5);
});

test('stops when it is cancelled, and moves no further messages', async () => {
  park('a', 'b', 'c');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 4 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  expect(await latest()).toMatchObject({ Status: 'RUNNING', TaskHandle });
  const cancelled = await cancel(TaskHandle);
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const task = await latest();
  expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 1 });
  expect(task?.TaskHandle).toBeUndefined();
  expect(receive('ParkedQueue')).toHaveLength(2);
});

test('runs one task per source at a time, and another one after it has ended', async () => {
  park('a', 'b');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 1 });
  await expect(move()).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  sendTo('DeadLetterQueue', 'other source');
  await move({ SourceArn: arn('DeadLetterQueue'), DestinationArn: arn('ParkedQueue') });
  await cancel(TaskHandle);
  await expect(move()).resolves.toHaveProperty('TaskHandle');
});

test('lists the tasks of one source, newest first, and only one if no number is given', async () => {
  await move();
  await completed();
  await move({ DestinationArn: arn('DeadLetterQueue') });
  await completed();
  await move({ SourceArn: arn('DeadLetterQueue') });
  const destinations = async (MaxResults?: number) =>
    (await list(MaxResults === undefined ? {} : { MaxResults })).map(({ DestinationArn }) => DestinationArn);
  expect(await destinations()).toEqual([arn('DeadLetterQueue')]);
  expect(await destinations(10)).toEqual([arn('DeadLetterQueue'), arn('WorkQueue')]);
  expect(await list({ SourceArn: arn('DeadLetterQueue'), MaxResults: 10 })).toHaveLength(1);
  expect(await list({ SourceArn: arn('WorkQueue'), MaxResults: 10 })).toEqual([]);
});

test('keeps the last ten tasks of a source', async () => {
  for (let count = 0; count < 12; count++) {
    await move({ MaxNumberOfMessagesPerSecond: count + 1 });
    await completed();
  }
  const rates = (await list({ MaxResults: 10 })).map((task) => task.MaxNumberOfMessagesPerSecond);
  expect(rates).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

test('rejects a source that is not a dead-letter queue', async () => {
  await expect(move({ SourceArn: arn('WorkQueue') })).rejects.toMatchObject({
    code: 'InvalidParameterValue',
    message: 'Source queue must be configured as a Dead Letter Queue.',
  });
});

test.each(['SourceArn', 'DestinationArn'])('rejects an unknown queue as %s', async (field) => {
  await expect(move({ [field]: arn('Nowhere') })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: expect.stringContaining(field),
  });
});

test('rejects listing the tasks of an unknown queue', async () => {
  await expect(list({ SourceArn: arn('Nowhere') })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});

test('rejects a move without a destination', async () => {
  const start = async () => moves.operations.StartMessageMoveTask({ SourceArn: arn('ParkedQueue') });
  await expect(start()).rejects.toMatchObject({
    code: 'UnsupportedOperation',
    message: expect.stringContaining('DestinationArn'),
  });
});

test.each([0, -1, 1.5, 501])('rejects a rate of %d messages per second', async (rate) => {
  await expect(move({ MaxNumberOfMessagesPerSecond: rate })).rejects.toMatchObject({
    code: 'InvalidParameterValue',
    message: expect.stringContaining('1 to 500'),
  });
});

test.each([1, 500])('accepts a rate of %d messages per second', async (rate) => {
  await expect(move({ MaxNumberOfMessagesPerSecond: rate })).resolves.toHaveProperty('TaskHandle');
});

test.each([0, 11])('rejects listing %d tasks', async (MaxResults) => {
  await expect(list({ MaxResults })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
});

test('rejects cancelling a task that is unknown or has ended', async () => {
  await expect(cancel('nothing')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  const { TaskHandle } = await move();
  await completed();
  await expect(cancel(TaskHandle)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('does not move a message that arrives during a move without a rate', async () => {
  park('a', 'b');
  await move();
  park('late');
  await completed();
  expect(bodiesIn('WorkQueue')).toEqual(['a', 'b']);
  expect(bodiesIn('ParkedQueue')).toEqual(['late']);
});

test('reports why a task failed', async () => {
  park('a');
  named.WorkQueue.enqueue = () => {
    throw new Error('disk full');
  };
  await move();
  await until(async () => (await latest())?.Status === 'FAILED');
  expect(await latest()).toMatchObject({ FailureReason: 'disk full' });
});

test('ends with the process: no task moves a message after that', async () => {
  park('a');
  await move();
  moves.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(bodiesIn('ParkedQueue')).toEqual(['a']);
});
