import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { localOptions, newFolder, removeFolders, until } from '../support/machine.ts';

let services: LocalServices;
beforeEach(async () => {
  services = await openLocal(localOptions(newFolder()));
});
afterEach(async () => {
  await services.stop();
  removeFolders();
});

const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;
const url = (queue: string) => `${services.endpoint}/000000000000/${queue}`;
const park = (...bodies: string[]) =>
  services.clients.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: url('ParkedQueue'),
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
const receive = async (queue: string): Promise<Message[]> =>
  (
    await services.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url(queue),
        MaxNumberOfMessages: 10,
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
const latest = async () =>
  (await services.clients.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn('ParkedQueue') })))
    .Results?.[0];

test('moves body and attributes as a new message with no receives', async () => {
  await park('2026-03-09');
  await move();
  await until(async () => (await latest())?.Status === 'COMPLETED');
  expect(await receive('ParkedQueue')).toEqual([]);
  const [moved] = await receive('WorkQueue');
  expect(moved).toMatchObject({
    Body: '2026-03-09',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { cause: { StringValue: 'OuraUnavailable' } },
  });
  expect(Buffer.from(moved?.MessageAttributes?.['raw']?.BinaryValue ?? []).toString()).toBe('abc');
});

test('tells how many were moved', async () => {
  await park('a', 'b', 'c');
  await move();
  await until(async () => (await latest())?.Status === 'COMPLETED');
  expect(await latest()).toMatchObject({
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
    DestinationArn: arn('WorkQueue'),
  });
  expect((await latest())?.TaskHandle).toBeUndefined();
});

test('moves no faster than asked, until it is cancelled', async () => {
  await park('a', 'b', 'c');
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 1 });
  await until(async () => (await latest())?.ApproximateNumberOfMessagesMoved === 1);
  expect(await latest()).toMatchObject({ Status: 'RUNNING', TaskHandle });
  const cancelled = await services.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(1);
  expect((await latest())?.Status).toBe('CANCELLED');
  expect(await receive('ParkedQueue')).toHaveLength(2);
});

test('runs one task per source at a time', async () => {
  await park('a', 'b');
  await move({ MaxNumberOfMessagesPerSecond: 1 });
  await expect(move()).rejects.toMatchObject({ name: 'UnsupportedOperation' });
});

test('takes a queue that is no dead-letter queue for no source', async () => {
  await expect(move({ SourceArn: arn('WorkQueue') })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test.each(['SourceArn', 'DestinationArn'])('knows no queue behind an unknown %s', async (field) => {
  await expect(move({ [field]: arn('Nowhere') })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('knows no task of an unknown handle', async () => {
  const cancel = services.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'nothing' }));
  await expect(cancel).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
