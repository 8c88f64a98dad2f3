import { buildApp } from 'fauxqs';

// Modules of fauxqs 2.4.1 that it does not export (docs/decisions/0013). Its public startFauxqs always listens on 0.0.0.0.

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly sentTimestamp: number;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp: number | undefined;
}

export interface StoredQueue {
  readonly name: string;
  url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The visible messages. */
  messages: StoredMessage[];
  readonly inflightMessages: ReadonlyMap<string, unknown>;
  readonly delayedMessages: readonly StoredMessage[];
  persistence: Persistence | undefined;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  enqueue(message: StoredMessage): void;
  dequeue(
    maxCount: number,
    visibilityTimeout: number | undefined,
    deadLetterQueue: (arn: string) => Pick<StoredQueue, 'enqueue'> | undefined,
  ): unknown[];
  processTimers(): void;
  cancelWaiters(): void;
}

export interface QueueStore {
  readonly queues: Map<string, StoredQueue>;
  persistence: Persistence | undefined;
  createQueue(
    name: string,
    url: string,
    arn: string,
    attributes?: Readonly<Record<string, string>>,
    tags?: Readonly<Record<string, string>>,
  ): StoredQueue;
  getQueueByName(name: string): StoredQueue | undefined;
  getQueueByArn(arn: string): StoredQueue | undefined;
  allQueues(): Iterable<StoredQueue>;
}

interface Statement {
  run(...values: (string | number | null)[]): unknown;
}

/** Writes each change of the queues to SQLite. */
export interface Persistence {
  readonly db: { exec(sql: string): void; prepare(sql: string): Statement };
  insertQueue(queue: StoredQueue): void;
  deleteQueue(name: string): void;
  updateQueueAttributes(name: string, attributes: Readonly<Record<string, string>>, modified: number): void;
  insertMessage(queueName: string, message: StoredMessage): void;
  deleteMessage(messageId: string): void;
  updateMessageInflight(
    messageId: string,
    receiptHandle: string,
    visibilityDeadline: number,
    receiveCount: number,
    firstReceiveTimestamp: number | undefined,
  ): void;
  updateMessageReady(messageId: string): void;
  deleteQueueMessages(queueName: string): void;
  loadSqsAndSns(queues: QueueStore, topics: object): void;
  close(): void;
}

const importInternal = (path: string): Promise<unknown> =>
  import(new URL(path, import.meta.resolve('fauxqs')).href);

export const { SqsStore } = (await importInternal('./sqs/sqsStore.js')) as {
  SqsStore: (new () => QueueStore) & {
    createMessage(body: string, attributes: Readonly<Record<string, unknown>>): StoredMessage;
  };
};
export const { SnsStore } = (await importInternal('./sns/snsStore.js')) as { SnsStore: new () => object };
export const { S3Store } = (await importInternal('./s3/s3Store.js')) as { S3Store: new () => object };
export const { PersistenceManager } = (await importInternal('./persistence.js')) as {
  PersistenceManager: new (dataDir: string) => Persistence;
};

/** Creates the HTTP application of `queues`. It does not listen. */
export const createApp = (queues: QueueStore, region: string) => {
  const stores = { sqsStore: queues, snsStore: new SnsStore(), s3Store: new S3Store() };
  type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
  return buildApp({ logger: false, defaultRegion: region, stores: stores as unknown as Stores });
};
