import type { AwsCall } from './aws-json.ts';

// Modules of fauxqs 2.4.1 that it does not export (docs/decisions/0013).

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
  /** Makes messages visible whose time has come. */
  processTimers(): void;
  /** Makes a message in flight visible after `timeoutSeconds` from now. */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void;
  inspectMessages(): {
    readonly inflight: readonly { readonly receiptHandle: string; readonly visibilityDeadline: number }[];
  };
  cancelWaiters(): void;
}

export interface QueueStore {
  readonly queues: Map<string, StoredQueue>;
  /** The region of the ARN of a new queue. */
  region: string | undefined;
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
  all(): Record<string, unknown>[];
}

/** Writes each change of the queues to SQLite. */
export interface Persistence {
  readonly db: { exec(sql: string): void; prepare(sql: string): Statement; serialize(): Uint8Array };
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
export const { PersistenceManager } = (await importInternal('./persistence.js')) as {
  PersistenceManager: new (dataDir: string) => Persistence;
};

export const { SqsError } = (await importInternal('./common/errors.js')) as {
  SqsError: new () => Error & { readonly code: string; readonly queryErrorHeader: string };
};

export type Action = (
  input: Readonly<Record<string, unknown>>,
  queues: QueueStore,
  request: Pick<AwsCall, 'headers'>,
) => object | undefined | Promise<object | undefined>;

/** The actions of SQS that fauxqs has. */
const ACTIONS = [
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'CreateQueue',
  'DeleteMessage',
  'DeleteMessageBatch',
  'DeleteQueue',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListQueueTags',
  'ListQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
  'SendMessageBatch',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
] as const;

const importAction = async (action: string): Promise<Action> => {
  const name = action.charAt(0).toLowerCase() + action.slice(1);
  const module = (await importInternal(`./sqs/actions/${name}.js`)) as Readonly<Record<string, Action>>;
  const run = module[name];
  if (!run) throw new Error(`fauxqs has no action ${action}`);
  return run;
};

export const actions: ReadonlyMap<string, Action> = new Map(
  await Promise.all(ACTIONS.map(async (action) => [action, await importAction(action)] as const)),
);
