import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import {
  type ContractQueue,
  type ContractQueues,
  ELASTICMQ,
  MAX_RECEIVES,
  openContractQueues,
} from '../../helpers/contract-queues.ts';
import { until } from '../support/machine.ts';

// What our code relies on, as the documentation of SQS has it: at the embedded SQS, and with npm run test:engines at ElasticMQ.

/** The rules that the engine under test breaks. Each must fail there, so an entry that is outdated is noticed. */
const BROKEN: Readonly<Record<string, string>> = ELASTICMQ
  ? {
      'an empty batch is rejected': 'ElasticMQ 1.7.1 accepts it',
      'deleting a message twice is no error': 'ElasticMQ 1.7.1 no longer knows the receipt handle',
      // AWS counts anew: https://github.com/localstack/localstack/issues/5225
      'the receive count starts anew in the dead-letter queue':
        'ElasticMQ 1.7.1 keeps it, so a dead-letter queue with a redrive policy passes the message on at once',
      'a completed move has the number of messages it began with':
        'ElasticMQ 1.7.1 reports what is left in the source',
      'a completed move has no handle': 'ElasticMQ 1.7.1 keeps it',
      'a cancelled move is listed': 'ElasticMQ 1.7.1 forgets it',
      'a list has as many moves as are asked for': 'ElasticMQ 1.7.1 lists all',
      'a move from an unknown queue is rejected as not found': 'ElasticMQ 1.7.1 replies QueueDoesNotExist',
      'a move needs a source that is the dead-letter queue of another queue':
        'ElasticMQ 1.7.1 moves from any queue',
    }
  : {
      'a body may have characters beyond U+FFFF': 'fauxqs 2.4.1 rejects them',
    };

/** A test of a rule of SQS. */
const rule = (title: string, work: () => Promise<void>): void => {
  const difference = BROKEN[title];
  if (difference === undefined) test(title, work);
  else test.failing(`${title} (except here: ${difference})`, work);
};

let queues: ContractQueues;
beforeEach(async () => {
  queues = await openContractQueues();
});
afterEach(() => queues[Symbol.asyncDispose]());

const ATTRIBUTES = {
  cause: { DataType: 'String', StringValue: 'OuraUnavailable' },
  attempts: { DataType: 'Number', StringValue: '5' },
  raw: { DataType: 'Binary', BinaryValue: Buffer.from('abc') },
};
const send = async (
  MessageBody: string,
  queue: ContractQueue = 'WorkQueue',
  more: Partial<SendMessageCommandInput> = {},
): Promise<string> => {
  const sent = await queues.sqs.send(
    new SendMessageCommand({ QueueUrl: queues.url(queue), MessageBody, ...more }),
  );
  return sent.MessageId ?? '';
};
const receive = async (
  queue: ContractQueue = 'WorkQueue',
  more: { VisibilityTimeout?: number; WaitTimeSeconds?: number } = {},
): Promise<Message[]> => {
  const { Messages } = await queues.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queues.url(queue),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      ...more,
    }),
  );
  return Messages ?? [];
};
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).sort();
const depth = (queue: ContractQueue = 'WorkQueue') => queueDepth(queues.sqs, queues.url(queue));

rule('a received message has its body, its attributes, and the time when it was sent', async () => {
  const before = Date.now();
  const id = await send('{"date":"2026-03-10","note":"ä€"}', 'WorkQueue', {
    MessageAttributes: ATTRIBUTES,
  });
  const [message] = await receive();
  expect(message).toMatchObject({
    MessageId: id,
    Body: '{"date":"2026-03-10","note":"ä€"}',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: {
      cause: { DataType: 'String', StringValue: 'OuraUnavailable' },
      attempts: { DataType: 'Number', StringValue: '5' },
    },
  });
  expect(Buffer.from(message?.MessageAttributes?.['raw']?.BinaryValue ?? []).toString()).toBe('abc');
  const sentAt = Number(message?.Attributes?.SentTimestamp);
  expect(sentAt).toBeGreaterThanOrEqual(before - 1_000);
  expect(sentAt).toBeLessThanOrEqual(Date.now() + 1_000);
});

rule('a batch of ten is accepted as a whole, and a larger or ambiguous one rejected', async () => {
  const batch = (ids: readonly string[]) =>
    queues.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queues.url('WorkQueue'),
        Entries: ids.map((Id) => ({ Id, MessageBody: `body ${Id}` })),
      }),
    );
  const ids = Array.from({ length: 10 }, (_, index) => String(index));
  const { Successful, Failed } = await batch(ids);
  expect(Successful?.map(({ Id }) => Id)).toEqual(ids);
  expect(Failed ?? []).toEqual([]);
  expect(await depth()).toBe(10);
  await expect(batch([...ids, '10'])).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
  await expect(batch(['1', '1'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
});

rule('an empty batch is rejected', async () => {
  const empty = new SendMessageBatchCommand({ QueueUrl: queues.url('WorkQueue'), Entries: [] });
  await expect(queues.sqs.send(empty)).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
});

rule('a body may have characters beyond U+FFFF', async () => {
  await send('😀');
  expect(bodies(await receive())).toEqual(['😀']);
});

rule('a message in flight is invisible, counted, and visible again at once with a timeout of 0', async () => {
  await send('again');
  const [message] = await receive();
  expect(await receive()).toEqual([]);
  const { Attributes } = await queues.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queues.url('WorkQueue'), AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '0',
    QueueArn: queues.arn('WorkQueue'),
  });
  await queues.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queues.url('WorkQueue'),
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  const [again] = await receive();
  expect(again).toMatchObject({ Body: 'again', Attributes: { ApproximateReceiveCount: '2' } });
});

rule('a message is visible again after its timeout', async () => {
  await send('late');
  await receive('WorkQueue', { VisibilityTimeout: 1 });
  expect(await receive()).toEqual([]);
  expect(bodies(await receive('WorkQueue', { WaitTimeSeconds: 5 }))).toEqual(['late']);
});

rule('a batch of changes has an entry for each message', async () => {
  await Promise.all(['a', 'b'].map((body) => send(body)));
  const received: Message[] = [];
  while (received.length < 2) received.push(...(await receive()));
  const { Successful, Failed } = await queues.sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queues.url('WorkQueue'),
      Entries: [
        ...received.map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
        { Id: 'unknown', ReceiptHandle: 'no receipt handle', VisibilityTimeout: 0 },
      ],
    }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(['0', '1']);
  expect(Failed).toMatchObject([{ Id: 'unknown', SenderFault: true }]);
  expect(bodies(await receive())).toEqual(['a', 'b']);
});

rule('a deleted message is not delivered again', async () => {
  await Promise.all(['a', 'b', 'c'].map((body) => send(body)));
  const received: Message[] = [];
  while (received.length < 3) received.push(...(await receive('WorkQueue', { VisibilityTimeout: 2 })));
  const QueueUrl = queues.url('WorkQueue');
  const [first, ...others] = received.map(({ ReceiptHandle }) => ReceiptHandle);
  await queues.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first }));
  const { Successful } = await queues.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: others.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
  expect(Successful).toHaveLength(2);
  await sleep(2_100);
  expect(await receive()).toEqual([]);
  expect(await depth()).toBe(0);
});

rule('deleting a message twice is no error', async () => {
  await send('done');
  const [message] = await receive();
  const deletion = { QueueUrl: queues.url('WorkQueue'), ReceiptHandle: message?.ReceiptHandle };
  for (const _ of [1, 2]) await queues.sqs.send(new DeleteMessageCommand(deletion));
});

rule('a delayed message is counted and not delivered before its delay', async () => {
  await send('delayed', 'WorkQueue', { DelaySeconds: 1 });
  expect(await receive()).toEqual([]);
  expect(await depth()).toBe(1);
  expect(bodies(await receive('WorkQueue', { WaitTimeSeconds: 5 }))).toEqual(['delayed']);
});

rule('a long poll returns as soon as a message arrives', async () => {
  const polled = receive('WorkQueue', { WaitTimeSeconds: 15 });
  await sleep(300);
  const begun = performance.now();
  await send('awaited');
  expect(bodies(await polled)).toEqual(['awaited']);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

/** Receives a message as often as its queue allows, and once more, so that it moves on. */
const exhaust = async (queue: ContractQueue, body: string): Promise<void> => {
  for (let count = 0; count < MAX_RECEIVES; count++)
    expect(bodies(await receive(queue, { VisibilityTimeout: 0 }))).toEqual([body]);
  expect(await receive(queue)).toEqual([]);
};

rule('a message moves to the dead-letter queue after its receives, with body and attributes', async () => {
  await send('doomed', 'DeadLetterQueue', { MessageAttributes: ATTRIBUTES });
  await exhaust('DeadLetterQueue', 'doomed');
  expect(await depth('DeadLetterQueue')).toBe(0);
  const [message] = await receive('ParkedQueue', { WaitTimeSeconds: 1 });
  expect(message).toMatchObject({
    Body: 'doomed',
    MessageAttributes: { cause: { StringValue: 'OuraUnavailable' }, attempts: { StringValue: '5' } },
  });
});

rule('the receive count starts anew in the dead-letter queue', async () => {
  await send('doomed');
  await exhaust('WorkQueue', 'doomed');
  const [message] = await receive('DeadLetterQueue', { WaitTimeSeconds: 1 });
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
});

describe('a message move', () => {
  const start = (options: { SourceArn?: string; MaxNumberOfMessagesPerSecond?: number } = {}) =>
    queues.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: queues.arn('ParkedQueue'),
        DestinationArn: queues.arn('WorkQueue'),
        ...options,
      }),
    );
  const tasks = async (MaxResults = 10) =>
    (
      await queues.sqs.send(
        new ListMessageMoveTasksCommand({ SourceArn: queues.arn('ParkedQueue'), MaxResults }),
      )
    ).Results ?? [];
  const completed = () => until(async () => (await tasks())[0]?.Status === 'COMPLETED');
  const park = (...parked: string[]) =>
    Promise.all(parked.map((body) => send(body, 'ParkedQueue', { MessageAttributes: ATTRIBUTES })));

  rule('a move takes body and attributes to the destination, and is listed', async () => {
    await park('a', 'b', 'c');
    const before = Date.now();
    await start();
    await completed();
    const [task] = await tasks();
    expect(task).toMatchObject({
      Status: 'COMPLETED',
      SourceArn: queues.arn('ParkedQueue'),
      DestinationArn: queues.arn('WorkQueue'),
      ApproximateNumberOfMessagesMoved: 3,
    });
    expect(task?.StartedTimestamp).toBeGreaterThanOrEqual(before - 1_000);
    const moved: Message[] = [];
    while (moved.length < 3) moved.push(...(await receive()));
    expect(bodies(moved)).toEqual(['a', 'b', 'c']);
    expect(moved[0]).toMatchObject({
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { cause: { StringValue: 'OuraUnavailable' } },
    });
    expect(await depth('ParkedQueue')).toBe(0);
  });

  rule('a completed move has the number of messages it began with', async () => {
    await park('a', 'b', 'c');
    await start();
    await completed();
    expect(await tasks()).toMatchObject([{ ApproximateNumberOfMessagesToMove: 3 }]);
  });

  rule('a completed move has no handle', async () => {
    await start();
    await completed();
    expect((await tasks())[0]?.TaskHandle).toBeUndefined();
  });

  rule('the newest move is listed first, with its handle while it runs', async () => {
    await park('a');
    await start();
    await completed();
    await sleep(20);
    await park('b', 'c', 'd', 'e');
    const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
    const [running, earlier] = await tasks();
    expect(running).toMatchObject({ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 });
    expect(earlier?.Status).toBe('COMPLETED');
    expect(running?.StartedTimestamp).toBeGreaterThan(earlier?.StartedTimestamp ?? 0);
    await queues.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  });

  rule(
    'a move is rejected while another one runs, and leaves the rest in place when it is cancelled',
    async () => {
      await park('a', 'b', 'c', 'd', 'e');
      const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
      await expect(start()).rejects.toMatchObject({ name: 'UnsupportedOperation' });
      await queues.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
      await sleep(1_500);
      expect(await depth('ParkedQueue')).toBeGreaterThan(0);
      expect((await depth('ParkedQueue')) + (await depth())).toBe(5);
      await expect(queues.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    },
  );

  rule('a cancelled move is listed', async () => {
    await park('a', 'b');
    const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
    await queues.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect((await tasks())[0]?.Status).toMatch(/^CANCELL(ED|ING)$/);
  });

  rule('a list has as many moves as are asked for', async () => {
    for (const _ of [1, 2]) {
      await start();
      await completed();
    }
    expect(await tasks(1)).toHaveLength(1);
    expect(await tasks(2)).toHaveLength(2);
  });

  rule('a move from an unknown queue is rejected as not found', async () => {
    await expect(start({ SourceArn: `${queues.arn('WorkQueue')}-unknown` })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  rule('a move needs a source that is the dead-letter queue of another queue', async () => {
    await expect(start({ SourceArn: queues.arn('WorkQueue') })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});
