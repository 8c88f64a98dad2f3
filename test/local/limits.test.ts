import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { BatchGetCommand, BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type LocalServices, openLocal } from '../../services/local/start.ts';
import { localOptions, newFolder, removeFolders } from './support/machine.ts';
import { smallTemplate } from './support/small-template.ts';

// The limits that docs/local-runtime.md says a library enforces: an update of the library must not lose one.
let services: LocalServices;
beforeAll(async () => {
  services = await openLocal(localOptions(newFolder(), { template: smallTemplate() }));
});
afterAll(async () => {
  await services.stop();
  removeFolders();
});

const QueueUrl = () => `${services.endpoint}/000000000000/WorkQueue`;
const MIB = 1024 * 1024;
const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ date: `night-${index}` }));

const sendBatch = (count: number) =>
  services.clients.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: QueueUrl(),
      Entries: Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: 'a' })),
    }),
  );
const send = (bytes: number) =>
  services.clients.sqs.send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'a'.repeat(bytes) }));
const receive = (options: {
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  MaxNumberOfMessages?: number;
}) => services.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: QueueUrl(), ...options }));
const put = (bytes: number) =>
  services.clients.dynamodb.send(
    new PutCommand({ TableName: 'Nights', Item: { date: 'night', text: 'a'.repeat(bytes) } }),
  );
const get = (count: number) =>
  services.clients.dynamodb.send(new BatchGetCommand({ RequestItems: { Nights: { Keys: keys(count) } } }));
const write = (count: number) =>
  services.clients.dynamodb.send(
    new BatchWriteCommand({
      RequestItems: { Nights: keys(count).map((Item) => ({ PutRequest: { Item } })) },
    }),
  );
test.each([
  ['messages per batch', sendBatch, 10],
  ['bytes per message', send, MIB],
  ['messages per receive', (MaxNumberOfMessages: number) => receive({ MaxNumberOfMessages }), 10],
  ['seconds of visibility timeout', (VisibilityTimeout: number) => receive({ VisibilityTimeout }), 43_200],
  // 400 KB, less the names and values of the other attributes.
  ['bytes per item', put, 400 * 1024 - 'date'.length - 'night'.length - 'text'.length],
  ['keys per BatchGetItem', get, 100],
  ['items per BatchWriteItem', write, 25],
] as [string, (amount: number) => Promise<unknown>, number][])(
  'accepts as many %s as AWS, and no more',
  async (_, call, limit) => {
    await expect(call(limit)).resolves.toBeDefined();
    await expect(call(limit + 1)).rejects.toMatchObject({ $fault: 'client' });
  },
);

test('rejects a long poll of more than 20 seconds', async () => {
  await expect(receive({ WaitTimeSeconds: 21 })).rejects.toMatchObject({ $fault: 'client' });
});

const attributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`name-${index}`, { DataType: 'String', StringValue: 'a' }]),
  );

test('rejects a message with more than 10 attributes, with the error of SQS', async () => {
  const sendWith = (count: number) =>
    services.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: QueueUrl(),
        MessageBody: 'a',
        MessageAttributes: attributes(count),
      }),
    );
  await expect(sendWith(10)).resolves.toBeDefined();
  await expect(sendWith(11)).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Number of message attributes [11] exceeds the allowed maximum [10].',
  });
});

test('rejects only the message of a batch that has more than 10 attributes', async () => {
  const sendAll = (...counts: number[]) =>
    services.clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: QueueUrl(),
        Entries: counts.map((count, index) => ({
          Id: String(index),
          MessageBody: 'a',
          MessageAttributes: attributes(count),
        })),
      }),
    );
  const rejected = { SenderFault: true, Code: 'InvalidParameterValue' };
  expect(await sendAll(11, 10)).toMatchObject({
    Successful: [{ Id: '1' }],
    Failed: [{ Id: '0', ...rejected }],
  });
  expect(await sendAll(11)).toMatchObject({ Failed: [{ Id: '0', ...rejected }] });
});

test('rejects a batch of more than 1 MiB, with the error of SQS', async () => {
  const sendTwo = (bytes: number) =>
    services.clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: QueueUrl(),
        Entries: [MIB / 2, bytes].map((length, index) => ({
          Id: String(index),
          MessageBody: 'a'.repeat(length),
        })),
      }),
    );
  await expect(sendTwo(MIB / 2)).resolves.toMatchObject({ Successful: [{ Id: '0' }, { Id: '1' }] });
  await expect(sendTwo(MIB / 2 + 1)).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
});

test('rejects an item of more than 400 KB, with the error of DynamoDB', async () => {
  await expect(put(400 * 1024)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Item size has exceeded the maximum allowed size',
  });
});
