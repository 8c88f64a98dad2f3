import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { peekMessages, type SavedMessage, takeMessages } from '../../services/operations/parked-messages.ts';
import { failureAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { queueDepth } from '../../shared/aws/queue/queue-depth.ts';
import { watchCalls } from '../helpers/aws-calls.ts';
import { type ContractQueues, openContractQueues } from '../helpers/contract-queues.ts';

let queues: ContractQueues;
let url: string;
beforeEach(async () => {
  queues = await openContractQueues();
  url = queues.url('ParkedQueue');
});
afterEach(() => queues[Symbol.asyncDispose]());

const sqs = () => queues.sqs;
const park = async (MessageBody: string, failure?: { name: string; message: string }): Promise<string> => {
  const { MessageId } = await sqs().send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody,
      ...(failure && {
        MessageAttributes: {
          ...failureAttributes(failure, 5),
          trace: { DataType: 'Binary', BinaryValue: Buffer.from('bytes') },
        },
      }),
    }),
  );
  return MessageId ?? '';
};
const work = (date: string) => JSON.stringify({ version: 1, run_id: 'r', date, reason: 'missing' });
const depth = () => queueDepth(sqs(), url);

test('a message without attributes, as of an earlier version, is malformed or unexplained', async () => {
  await park('no json');
  await park(work('2026-03-10'));
  const parked = await peekMessages(sqs(), url);
  expect(new Set(parked.map(({ message, failure_name }) => [message?.date, failure_name].join()))).toEqual(
    new Set([',MalformedMessage', '2026-03-10,']),
  );
});

test('saves the chosen messages as a whole, removes them, and leaves the others visible', async () => {
  const failure = { name: 'InvalidRecord', message: 'Invalid sleep record' };
  const id = await park(work('2026-03-10'), failure);
  await park(work('2026-03-11'), failure);
  const saved: SavedMessage[] = [];
  const taken = await takeMessages(
    sqs(),
    url,
    ({ message }) => message?.date === '2026-03-10',
    (messages) => saved.push(...messages),
  );
  expect(taken.map(({ message_id }) => message_id)).toEqual([id]);
  expect(saved).toEqual([
    {
      message_id: id,
      sent_at: expect.stringMatching(/^\d{4}-.*Z$/),
      MessageBody: work('2026-03-10'),
      MessageAttributes: {
        failure_name: { DataType: 'String', StringValue: 'InvalidRecord' },
        failure_message: { DataType: 'String', StringValue: 'Invalid sleep record' },
        attempts: { DataType: 'Number', StringValue: '5' },
        trace: { DataType: 'Binary', BinaryValue: Buffer.from('bytes').toString('base64') },
      },
    },
  ]);
  const { Messages } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: url }));
  expect(Messages?.map(({ Body }) => Body)).toEqual([work('2026-03-11')]);
});

test('removes no message that could not be saved, and makes it visible again', async () => {
  await park('no json');
  const full = () => {
    throw new Error('no space left');
  };
  await expect(takeMessages(sqs(), url, () => true, full)).rejects.toThrow('no space left');
  expect((await peekMessages(sqs(), url)).length).toBe(1);
});

test('reports messages that SQS did not remove', async () => {
  await park('no json');
  watchCalls([sqs()]).answerNext('DeleteMessageBatchCommand', async () => ({
    Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }],
  }));
  await expect(
    takeMessages(
      sqs(),
      url,
      () => true,
      () => {},
    ),
  ).rejects.toMatchObject({
    name: 'NotRemoved',
    message: 'SQS did not remove 1 message: InternalError',
  });
  expect(await depth()).toBe(1);
});

test('reads more messages than one batch has', async () => {
  await Promise.all(Array.from({ length: 25 }, (_, index) => park(`no json ${index}`)));
  const saved: SavedMessage[] = [];
  await takeMessages(
    sqs(),
    url,
    () => true,
    (messages) => saved.push(...messages),
  );
  expect(saved).toHaveLength(25);
  expect(await depth()).toBe(0);
});
