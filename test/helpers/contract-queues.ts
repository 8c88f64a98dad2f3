import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClients } from '../../services/local/emulators/clients.ts';
import { startEndpoint } from '../../services/local/emulators/endpoint.ts';
import { openSqs } from '../../services/local/emulators/sqs.ts';
import { queueArn, queueUrl } from '../../services/local/resources/queue.ts';
import { queueArn as readArn } from '../../shared/aws/queue/queue-depth.ts';

/** The URL of ElasticMQ, if the tests run against it: `npm run test:engines`. */
export const ELASTICMQ = process.env['ELASTICMQ'];

const NAMES = ['WorkQueue', 'DeadLetterQueue', 'ParkedQueue'] as const;
export type ContractQueue = (typeof NAMES)[number];

/** How often the work queue and the dead-letter queue deliver a message before it moves on. */
export const MAX_RECEIVES = 2;

/** The three queues of the stack, each with the next one as its dead-letter queue, at the engine under test. */
export interface ContractQueues extends AsyncDisposable {
  readonly sqs: SQSClient;
  url(queue: ContractQueue): string;
  arn(queue: ContractQueue): string;
}

const redriveTo = (deadLetterTargetArn: string | undefined) =>
  deadLetterTargetArn === undefined
    ? {}
    : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES }) };

/** The last queue first, so that each can name the next one. */
const LAST_FIRST = NAMES.toReversed();

const openElasticMq = async (endpoint: string): Promise<ContractQueues> => {
  const sqs = new SQSClient({
    endpoint,
    region: 'elasticmq',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const prefix = randomUUID();
  const urls = new Map<ContractQueue, string>();
  const arns = new Map<ContractQueue, string>();
  let next: string | undefined;
  for (const name of LAST_FIRST) {
    const created = await sqs.send(
      new CreateQueueCommand({ QueueName: `${prefix}-${name}`, Attributes: redriveTo(next) }),
    );
    const url = created.QueueUrl ?? '';
    next = await readArn(sqs, url);
    urls.set(name, url);
    arns.set(name, next);
  }
  return {
    sqs,
    url: (queue) => urls.get(queue) ?? '',
    arn: (queue) => arns.get(queue) ?? '',
    [Symbol.asyncDispose]: async () => {
      for (const QueueUrl of urls.values()) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
    },
  };
};

const openEmbedded = async (): Promise<ContractQueues> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-queues-'));
  const endpoint = await startEndpoint(0);
  const service = await openSqs(dataDir);
  endpoint.serve({ AmazonSQS: service.service });
  const clients = createClients(endpoint.url, endpoint.keys);
  let next: string | undefined;
  for (const name of LAST_FIRST) {
    const arn = queueArn(name);
    await service.createQueue({ name, url: queueUrl(endpoint.url, name), arn, attributes: redriveTo(next) });
    next = arn;
  }
  return {
    sqs: clients.sqs,
    url: (queue) => queueUrl(endpoint.url, queue),
    arn: queueArn,
    [Symbol.asyncDispose]: async () => {
      clients.destroy();
      await endpoint.end();
      await service.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Opens empty queues of their own. */
export const openContractQueues = (): Promise<ContractQueues> =>
  ELASTICMQ ? openElasticMq(ELASTICMQ) : openEmbedded();
