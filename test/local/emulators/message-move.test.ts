import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { SqsStore } from '../../../services/local/emulators/fauxqs.ts';
import { createMessageMoves } from '../../../services/local/emulators/message-move.ts';
import { type GroupCommit, LocalQueues } from '../../../services/local/emulators/queue-store.ts';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { localOptions, newFolder, removeFolders, until } from '../support/machine.ts';

let services: LocalServices;
let folder: string;
beforeEach(async () => {
  folder = newFolder();
  services = await openLocal(localOptions(folder));
});
afterEach(async () => {
  await services.stop();
  removeFolders();
});
const restart = async () => {
  await services.stop();
  services = await openLocal(localOptions(folder));
};

const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;
const url = (queue: string) => `${services.endpoint}/000000000000/${queue}`;
const sendTo = (queue: string, ...bodies: string[]) =>
  services.clients.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: url(queue),
      Entries: bodies.map((MessageBody, index) => ({
        Id: String(index),
        MessageBody,
        MessageAttributes: {
          cause: { DataType: 'String', StringValue: 'OuraUnavailable' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from('abc') },
        },
      })),
    }),
  );
const park = (...bodies: string[]) => sendTo('ParkedQueue', ...bodies);
const receive = async (queue: string, VisibilityTimeout?: number): Promise<Message[]> =>
  (
    await services.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url(queue),
        MaxNumberOfMessages: 10,
        ...(VisibilityTimeout !== undefined && { VisibilityTimeout }),
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
  ).Messages ?? [];
const move = (
  options: { SourceArn?: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
) =>
  services.clients.sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: arn('ParkedQueue'),
      DestinationArn: arn('WorkQueue'),
      ...options,
    }),
  );
const receiveAndRelease = async (queue: string) => {
  for (const { ReceiptHandle } of await receive(queue)) {
    await services.clients.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url(queue), ReceiptHandle, VisibilityTimeout: 0 }),
    );
  }
};
const depthOf = async (queue: string) =>
  (
    await services.clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url(queue),
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    )
  ).Attributes?.['ApproximateNumberOfMessages'];
const list = async (options: { SourceArn?: string; MaxResults?: number } = {}) =>
  (
    await services.clients.sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: arn('ParkedQueue'), ...options }),
    )
  ).Results ?? [];
const latest = async () => (await list())[0];
const completed = () => until(async () => (await latest())?.Status === 'COMPLETED');
const bodiesIn = async (queue: string) => (await receive(queue)).map(({ Body }) => Body);
const cancel = (TaskHandle: string | undefined) =>
  services.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));

test('moves body and attributes as a new message with no receives', async () => {
  const { Successful } = await park('2026-03-09');
  await receiveAndRelease('ParkedQueue');
  await move();
  await completed();
  expect(await receive('ParkedQueue')).toEqual([]);
  const [moved] = await receive('WorkQueue');
  expect(moved).toMatchObject({
    Body: '2026-03-09',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { cause: { StringValue: 'OuraUnavailable' } },
  });
  expect(moved?.MessageId).not.toBe(Successful?.[0]?.MessageId);
  expect(Buffer.from(moved?.MessageAttributes?.['raw']?.BinaryValue ?? []).toString()).toBe('abc');
});

test('moves the messages in the order in which they were parked', async () => {
  await park('a', 'b', 'c');
  await move();
  await completed();
  expect(await bodiesIn('WorkQueue')).toEqual(['a', 'b', 'c']);
});

test('keeps a moved message only in its destination after a restart', async () => {
  await park('a', 'b');
  await move();
  await completed();
  await restart();
  expect(await bodiesIn('ParkedQueue')).toEqual([]);
  expect(await bodiesIn('WorkQueue')).toEqual(['a', 'b']);
});

test('keeps the messages that a cancelled task did not move only in the source after a restart', async () => {
  await park('a', 'b', 'c');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 1 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  await cancel(TaskHandle);
  await restart();
  expect(await bodiesIn('WorkQueue')).toEqual(['a']);
  expect(await bodiesIn('ParkedQueue')).toEqual(['b', 'c']);
});

test('reports the number of moved messages of a completed task, without a handle', async () => {
  await park('a', 'b', 'c');
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
    await park(...Array.from({ length: 10 }, (_, index) => `${batch}-${index}`));
  }
  await move();
  const seen = new Set<number | undefined>();
  await until(async () => {
    const task = await latest();
    seen.add(task?.ApproximateNumberOfMessagesMoved);
    return task?.Status === 'COMPLETED';
  });
  expect([0, 100, 200, 210]).toEqual(expect.arrayContaining([...seen]));
  expect(await depthOf('ParkedQueue')).toBe('0');
  expect(await depthOf('WorkQueue')).toBe('210');
});

test('does not move messages that are in flight or that arrive after the start', async () => {
  await park('held');
  await receive('ParkedQueue');
  await park('a', 'b');
  await move({ MaxNumberOfMessagesPerSecond: 20 });
  await park('late');
  await completed();
  expect(await latest()).toMatchObject({ ApproximateNumberOfMessagesToMove: 2 });
  expect(await bodiesIn('WorkQueue')).toEqual(['a', 'b']);
  expect(await bodiesIn('ParkedQueue')).toEqual(['late']);
});

test('moves a message after its visibility timeout has passed', async () => {
  await park('a');
  await receive('ParkedQueue', 0);
  await move();
  await completed();
  expect(await latest()).toMatchObject({ ApproximateNumberOfMessagesToMove: 1 });
  expect(await bodiesIn('WorkQueue')).toEqual(['a']);
});

test('completes if a consumer receives the remaining messages', async () => {
  await park('a', 'b', 'c');
  await move({ MaxNumberOfMessagesPerSecond: 5 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  await receive('ParkedQueue');
  await completed();
  expect(await latest()).toMatchObject({
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 3,
  });
});

test('moves messages at the requested rate', async () => {
  await park('a', 'b', 'c', 'd', 'e');
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
  await park('a', 'b', 'c');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 4 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  expect(await latest()).toMatchObject({ Status: 'RUNNING', TaskHandle });
  const cancelled = await cancel(TaskHandle);
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const task = await latest();
  expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 1 });
  expect(task?.TaskHandle).toBeUndefined();
  expect(await receive('ParkedQueue')).toHaveLength(2);
});

test('runs one task per source at a time, and another one after it has ended', async () => {
  await park('a', 'b');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 1 });
  await expect(move()).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  await sendTo('DeadLetterQueue', 'other source');
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
    name: 'InvalidParameterValue',
    message: 'Source queue must be configured as a Dead Letter Queue.',
  });
});

test.each(['SourceArn', 'DestinationArn'])('rejects an unknown queue as %s', async (field) => {
  await expect(move({ [field]: arn('Nowhere') })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining(field),
  });
});

test('rejects listing the tasks of an unknown queue', async () => {
  await expect(list({ SourceArn: arn('Nowhere') })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('rejects a move without a destination', async () => {
  const start = new StartMessageMoveTaskCommand({ SourceArn: arn('ParkedQueue') });
  await expect(services.clients.sqs.send(start)).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('DestinationArn'),
  });
});

test.each([0, -1, 1.5, 501])('rejects a rate of %d messages per second', async (rate) => {
  await expect(move({ MaxNumberOfMessagesPerSecond: rate })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('1 to 500'),
  });
});

test.each([1, 500])('accepts a rate of %d messages per second', async (rate) => {
  await expect(move({ MaxNumberOfMessagesPerSecond: rate })).resolves.toHaveProperty('TaskHandle');
});

test.each([0, 11])('rejects listing %d tasks', async (MaxResults) => {
  await expect(list({ MaxResults })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('rejects cancelling a task that is unknown or has ended', async () => {
  await expect(cancel('nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { TaskHandle } = await move();
  await completed();
  await expect(cancel(TaskHandle)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

/** Two queues in memory: a test can add to the source before the first step of the move. */
const movesInMemory = () => {
  const queues = new LocalQueues();
  const source = queues.createQueue('Source', 'http://source', arn('Source'));
  const destination = queues.createQueue('Destination', 'http://destination', arn('Destination'), {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('Source') }),
  });
  const { operations } = createMessageMoves(queues, { committed: async () => undefined } as GroupCommit);
  const input = { SourceArn: arn('Source'), DestinationArn: arn('Destination') };
  return {
    source,
    destination,
    add: (...bodies: string[]) =>
      source.messages.push(...bodies.map((body) => SqsStore.createMessage(body, {}))),
    start: () => operations.StartMessageMoveTask(input),
    latest: async () => JSON.parse(JSON.stringify(await operations.ListMessageMoveTasks(input))).Results[0],
  };
};

test('does not move a message that arrives during a move without a rate', async () => {
  const { source, destination, add, start, latest } = movesInMemory();
  add('a', 'b');
  await start();
  add('late');
  await until(async () => (await latest()).Status === 'COMPLETED');
  expect(destination.messages.map(({ body }) => body)).toEqual(['a', 'b']);
  expect(source.messages.map(({ body }) => body)).toEqual(['late']);
});

test('reports why a task failed', async () => {
  const { destination, add, start, latest } = movesInMemory();
  add('a');
  destination.enqueue = () => {
    throw new Error('disk full');
  };
  await start();
  await until(async () => (await latest()).Status === 'FAILED');
  expect(await latest()).toMatchObject({ FailureReason: 'disk full' });
});
