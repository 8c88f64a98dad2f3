import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { CreateHandler } from '../../../services/local/emulators/functions.ts';
import { type LocalRuntime, type StartOptions, startLocal } from '../../../services/local/start.ts';
import type { TemplateValue } from '../../../services/local/template/parse-template.ts';
import { captured, newFolder, removeFolders, startOptions, until } from '../support/machine.ts';
import { smallTemplate } from '../support/small-template.ts';

let runtime: LocalRuntime | undefined;
const start = async (
  worker: CreateHandler,
  eventSource: Record<string, TemplateValue>,
  more: Partial<StartOptions> = {},
): Promise<LocalRuntime> => {
  const template = smallTemplate({ eventSource });
  runtime = await startLocal(startOptions(newFolder(), { worker }, { template, ...more }));
  return runtime;
};
afterEach(async () => {
  await runtime?.stop();
  runtime = undefined;
  removeFolders();
});

const sendNumbers = async ({ outputs, clients }: LocalRuntime, count: number): Promise<void> => {
  for (let first = 0; first < count; first += 10) {
    const numbers = Array.from({ length: Math.min(10, count - first) }, (_, index) => first + index);
    await clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: outputs['WorkQueueUrl'],
        Entries: numbers.map((number) => ({
          Id: String(number),
          MessageBody: String(number),
          MessageAttributes: { cause: { DataType: 'String', StringValue: 'test' } },
        })),
      }),
    );
  }
};
const depth = async (sqs: SQSClient, QueueUrl: string | undefined): Promise<(string | undefined)[]> => {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [Attributes?.['ApproximateNumberOfMessages'], Attributes?.['ApproximateNumberOfMessagesNotVisible']];
};
const bodies = (event: unknown): string[] => (event as SQSEvent).Records.map(({ body }) => body);

test.each([4, 25])('passes at most BatchSize messages: %i', async (BatchSize) => {
  const batches: string[][] = [];
  const worker: CreateHandler = () => async (event) => void batches.push(bodies(event));
  const local = await start(worker, { BatchSize, MaximumBatchingWindowInSeconds: 1 });
  await sendNumbers(local, 30);
  await local.idle();
  expect(batches.flat().sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 30 }, (_, n) => String(n)),
  );
  expect(Math.max(...batches.map(({ length }) => length))).toBe(BatchSize);
});

test('passes at most 6 MB, and the other messages in the next batches', async () => {
  const batches: number[] = [];
  const worker: CreateHandler = () => async (event) => void batches.push(bodies(event).length);
  const local = await start(worker, { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 });
  const QueueUrl = local.outputs['WorkQueueUrl'];
  for (let sent = 0; sent < 14; sent++)
    await local.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1_000_000) }));
  await local.idle();
  expect(batches.reduce((sum, count) => sum + count, 0)).toBe(14);
  expect(Math.max(...batches)).toBeLessThanOrEqual(6);
  expect(batches.length).toBeLessThanOrEqual(4);
});

test('does not wait for the end of the batching window if the batch is full', async () => {
  const calls: number[] = [];
  const worker: CreateHandler = () => async () => void calls.push(performance.now());
  const local = await start(worker, { BatchSize: 10, MaximumBatchingWindowInSeconds: 60 });
  const sent = performance.now();
  await sendNumbers(local, 10);
  await local.idle();
  expect((calls[0] ?? Number.POSITIVE_INFINITY) - sent).toBeLessThan(2000);
});

test('runs at most MaximumConcurrency invocations at a time', async () => {
  let running = 0;
  let most = 0;
  const worker: CreateHandler = () => async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 60));
    running -= 1;
  };
  const local = await start(worker, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } });
  await sendNumbers(local, 9);
  await local.idle();
  expect(most).toBe(3);
});

test('keeps the messages that the function reports as failures, and deletes the others', async () => {
  let calls = 0;
  const worker: CreateHandler = () => async (event) => {
    calls += 1;
    const failed = (event as SQSEvent).Records.filter(({ body }) => body === '1');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
  const local = await start(worker, { BatchSize: 10 });
  await sendNumbers(local, 3);
  await until(
    async () => (await depth(local.clients.sqs, local.outputs['WorkQueueUrl']))[1] === '1' && calls > 0,
  );
  expect(await depth(local.clients.sqs, local.outputs['WorkQueueUrl'])).toEqual(['0', '1']);
});

test.each<[string, unknown]>([
  ['names a message that is not in the batch', { batchItemFailures: [{ itemIdentifier: 'unknown' }] }],
  ['names nothing', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['is none', 'done'],
  ['has another shape', { failures: [] }],
])('keeps the whole batch if the response %s', async (_, response) => {
  let called = false;
  const worker: CreateHandler = () => async () => {
    called = true;
    return response;
  };
  const local = await start(worker, { BatchSize: 10 });
  await sendNumbers(local, 1);
  await until(() => called);
  await until(async () => (await depth(local.clients.sqs, local.outputs['WorkQueueUrl']))[1] === '1');
});

test('keeps the whole batch if the function throws, and logs the name of the error', async () => {
  const { console, text } = captured();
  const worker: CreateHandler = () => async () => {
    throw new TypeError('broken');
  };
  const local = await start(worker, { BatchSize: 10 }, { console });
  await sendNumbers(local, 2);
  await until(() => text().includes('TypeError'));
  expect(await depth(local.clients.sqs, local.outputs['WorkQueueUrl'])).toEqual(['0', '2']);
});

test('passes a message in the format of Lambda', async () => {
  const events: SQSEvent[] = [];
  const worker: CreateHandler = () => async (event) => void events.push(event as SQSEvent);
  const local = await start(worker, {});
  await sendNumbers(local, 1);
  await local.idle();
  expect(events[0]?.Records[0]).toEqual({
    messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    receiptHandle: expect.any(String),
    body: '0',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: expect.any(String),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    },
    messageAttributes: {
      cause: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
    },
    md5OfBody: 'cfcd208495d565ef66e7dff9f98764da',
    md5OfMessageAttributes: expect.any(String),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:WorkQueue',
    awsRegion: 'us-east-1',
  });
});

test('waits for a running invocation when it stops', async () => {
  let finished = false;
  let began = false;
  const worker: CreateHandler = () => async () => {
    began = true;
    await new Promise((resolve) => setTimeout(resolve, 150));
    finished = true;
  };
  const local = await start(worker, {});
  await sendNumbers(local, 1);
  await until(() => began);
  await local.stop();
  expect(finished).toBe(true);
});

test('stops at once if two functions wait for messages', async () => {
  const logError = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      FunctionName: { Ref: 'Worker' },
    },
  };
  const template = smallTemplate({ eventSource: {}, more: { LogErrorSource: logError } });
  const local = await start(() => async () => null, {}, { template });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await local.stop();
  expect(performance.now() - began).toBeLessThan(3000);
});

test('does not poll for a disabled mapping', async () => {
  const local = await start(() => async () => null, { Enabled: false });
  await sendNumbers(local, 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await depth(local.clients.sqs, local.outputs['WorkQueueUrl'])).toEqual(['1', '0']);
});
