import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
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

test('replies with the error of a rejected move', async () => {
  await expect(move({ SourceArn: arn('WorkQueue') })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Source queue must be configured as a Dead Letter Queue.',
  });
});
