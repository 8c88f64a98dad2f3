import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import {
  announcedAtOf,
  announcedAttributes,
  copiedAttributes,
  failureAttributes,
  failureOf,
  isNewDate,
  newDateAttributes,
} from '../../../shared/aws/queue/message-attributes.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openStack();
});
beforeEach(() => stack.clear());
afterAll(() => stack.stop());

/** Sends a body with `attributes` and gives the message as Lambda hands it to a function. */
const received = async (attributes: Parameters<typeof stack.queues.send>[2]) => {
  await stack.queues.send('work', 'body', attributes);
  const [record] = (await stack.queues.receive('work')).Records;
  if (!record) throw new Error('No message came');
  return record;
};

test('copies attributes of every type to another queue', async () => {
  const attributes = {
    text: { DataType: 'String', StringValue: 'grüße 😴' },
    own: { DataType: 'String.uuid', StringValue: '0f' },
    number: { DataType: 'Number', StringValue: '-1.50' },
    binary: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 128, 10]) },
  };
  const { messageAttributes } = await received(attributes);
  await stack.aws.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queues.url('parked'),
      MessageBody: 'body',
      MessageAttributes: copiedAttributes(messageAttributes),
    }),
  );
  const { Messages } = await stack.aws.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: stack.queues.url('parked'), MessageAttributeNames: ['All'] }),
  );
  expect(Messages?.[0]?.MessageAttributes).toEqual(attributes);
});

test('a message without attributes is copied without any', async () => {
  const { messageAttributes } = await received(undefined);
  expect(copiedAttributes(messageAttributes)).toEqual({});
});

test('reads back a failure that was sent through a queue', async () => {
  const failure = { name: 'OuraUnavailable', message: 'Oura is unavailable on sleep' };
  const { messageAttributes } = await received(failureAttributes(failure, 5));
  expect(failureOf(messageAttributes)).toEqual({ ...failure, attempts: 5 });
});

test('describes a failure without a message by its name, because SQS rejects an empty attribute', async () => {
  const { messageAttributes } = await received(failureAttributes({ name: 'Odd', message: '' }, 1));
  expect(failureOf(messageAttributes)).toEqual({ name: 'Odd', message: 'Odd', attempts: 1 });
});

test('finds no failure in a message without the attributes', async () => {
  const { messageAttributes } = await received({ note: { DataType: 'String', StringValue: 'redriven' } });
  expect(failureOf(messageAttributes)).toBeUndefined();
});

test('a message is about a new date until it has failed', async () => {
  const failure = failureAttributes({ name: 'OuraUnavailable', message: 'down' }, 5);
  const isNew = async (attributes: Parameters<typeof received>[0]) =>
    isNewDate((await received(attributes)).messageAttributes);
  expect(await isNew(newDateAttributes())).toBe(true);
  await stack.clear();
  expect(await isNew(undefined)).toBe(false);
  await stack.clear();
  expect(await isNew({ ...newDateAttributes(), ...failure })).toBe(false);
});

test.each([
  ['2026-03-10T07:41:22+02:00', '2026-03-10T05:41:22.000Z'],
  ['yesterday', null],
])('reads when Oura announced a date: %s', async (text, expected) => {
  await stack.clear();
  expect(announcedAtOf((await received(announcedAttributes(text))).messageAttributes)).toBe(expected);
});

test('a message without the attribute was not announced', async () => {
  await stack.clear();
  expect(announcedAtOf((await received(undefined)).messageAttributes)).toBeNull();
});
