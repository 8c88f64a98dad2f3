import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { startPoller } from '../../../services/local/emulators/poller.ts';

const OPTIONS = {
  name: 'source',
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
  queueUrl: 'http://127.0.0.1/work',
  functionName: 'worker',
  batchSize: 1,
  windowMs: 0,
  concurrency: 1,
  reportsFailures: false,
};

test('receives nothing while no result can be stored, so that messages keep their receives', async () => {
  let isUsable = false;
  let receives = 0;
  const sqs = {
    send: async () => {
      receives += 1;
      await sleep(10);
      return {};
    },
  } as unknown as SQSClient;
  const poller = startPoller(OPTIONS, {
    sqs,
    functions: { add: () => {}, invoke: async () => undefined, reservedConcurrency: () => undefined },
    console,
    isUsable: () => isUsable,
    wakePollers: () => {},
  });
  await sleep(200);
  expect(receives).toBe(0);
  isUsable = true;
  await sleep(1_500);
  expect(receives).toBeGreaterThan(0);
  await poller.end(1_000);
});
