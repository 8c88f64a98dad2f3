import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { DataFolderBroken } from '../data-folder/errors.ts';
import { makeFolder } from '../data-folder/make-folder.ts';
import { hasTemplate } from '../data-folder/saved-template.ts';
import { REGION } from '../template/arn.ts';
import { AwsError, type AwsService, type CallOperation, isObject, jsonService } from './aws-json.ts';
import { type Action, actions, type QueueStore, SnsStore, SqsError } from './fauxqs.ts';
import { createMessageMoves } from './message-move.ts';
import { GroupCommit, LocalQueues } from './queue-store.ts';

/** A queue, and those of its attributes that are not SQS's defaults. */
interface QueueOptions {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The embedded SQS. */
export interface Sqs {
  readonly service: AwsService;
  /** Creates a queue, or updates the URL and attributes of the one on disk. */
  createQueue(queue: QueueOptions): Promise<void>;
  /** Counts the messages of a queue, by name: visible, in flight and delayed. */
  depth(queue: string): number;
  /** The bytes of the file at the moment of the call. */
  copy(): Uint8Array;
  /** Ends every long poll now. */
  wakePollers(): void;
  end(): Promise<void>;
}

/** The defaults of SQS, set at each start: an attribute that the template no longer sets must not remain. */
const DEFAULT_ATTRIBUTES = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  RedrivePolicy: '',
} as const;

/** The pages of SQLite. Without a log, which may complete it, a file has only whole pages. */
const PAGE_BYTES = 4096;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Throws if the file lost its end, for which SQLite reads zeros, or its whole content, which it takes for a new file. */
const checkSize = (dataDir: string, path: string): void => {
  if (sizeOf(`${path}-wal`) > 0 || sizeOf(`${path}-journal`) > 0) return;
  if (sizeOf(path) % PAGE_BYTES !== 0) throw new Error('it was cut off');
  if (existsSync(path) && sizeOf(path) === 0 && hasTemplate(dataDir)) throw new Error('it is empty');
};

const unusable = (dataDir: string, error: unknown): DataFolderBroken =>
  new DataFolderBroken(dataDir, `sqs/fauxqs.db: ${systemReason(error)}`, error);

const open = (dataDir: string): { queues: LocalQueues; persistence: GroupCommit } => {
  try {
    const folder = join(dataDir, 'sqs');
    makeFolder(folder);
    checkSize(dataDir, join(folder, 'fauxqs.db'));
    const persistence = new GroupCommit(folder);
    const queues = new LocalQueues();
    queues.region = REGION;
    persistence.verify();
    persistence.releaseInFlight();
    // Loaded before persistence is assigned: otherwise creating a queue replaces its row and deletes its messages
    // (ON DELETE CASCADE).
    persistence.loadSqsAndSns(queues, new SnsStore());
    queues.persistence = persistence;
    for (const queue of queues.allQueues()) queue.persistence = persistence;
    return { queues, persistence };
  } catch (error: unknown) {
    throw unusable(dataDir, error);
  }
};

const TEXT_MEMBERS = ['QueueUrl', 'QueueName', 'Id', 'MessageBody', 'ReceiptHandle'] as const;

const checkTexts = (members: Readonly<Record<string, unknown>>): void => {
  for (const name of TEXT_MEMBERS)
    if (typeof (members[name] ?? '') !== 'string')
      throw new AwsError('SerializationException', `${name} must be a string`);
};

/** Checks the types that fauxqs relies on. */
const checkTypes = (input: Readonly<Record<string, unknown>>): void => {
  checkTexts(input);
  const entries = input['Entries'] ?? [];
  if (!Array.isArray(entries) || !entries.every(isObject))
    throw new AwsError('SerializationException', 'Entries must be a list of objects');
  entries.forEach(checkTexts);
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html. fauxqs has no limit. */
const MAX_ATTRIBUTES = 10;

/** Why SQS rejects the attributes of a message; undefined if it accepts them. */
const tooManyAttributes = ({ MessageAttributes }: Readonly<Record<string, unknown>>): string | undefined => {
  const count = isObject(MessageAttributes) ? Object.keys(MessageAttributes).length : 0;
  return count > MAX_ATTRIBUTES
    ? `Number of message attributes [${count}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`
    : undefined;
};

/** Adds the limit of attributes to the actions that send messages. In a batch, only the message itself is rejected. */
const limitAttributes = (name: string, action: Action): Action => {
  if (name === 'SendMessage')
    return (input, ...rest) => {
      const reason = tooManyAttributes(input);
      if (reason !== undefined) throw new AwsError('InvalidParameterValue', reason);
      return action(input, ...rest);
    };
  if (name !== 'SendMessageBatch') return action;
  return async (input, ...rest) => {
    const entries = (input['Entries'] ?? []) as readonly Readonly<Record<string, unknown>>[];
    const failed = entries.flatMap((entry) => {
      const Message = tooManyAttributes(entry);
      return Message === undefined
        ? []
        : [{ Id: entry['Id'], SenderFault: true, Code: 'InvalidParameterValue', Message }];
    });
    if (failed.length === 0) return action(input, ...rest);
    const accepted = entries.filter((entry) => tooManyAttributes(entry) === undefined);
    const reply = accepted.length === 0 ? {} : await action({ ...input, Entries: accepted }, ...rest);
    const { Successful = [], Failed = [] } = (reply ?? {}) as { Successful?: object[]; Failed?: object[] };
    return { Successful, Failed: [...Failed, ...failed] };
  };
};

/** The operations of fauxqs. A reply waits until every change so far is on disk. */
const queueOperations = (
  queues: QueueStore,
  committed: () => Promise<void>,
): Record<string, CallOperation> => {
  const operation =
    (action: Action): CallOperation =>
    async (input, { headers }) => {
      checkTypes(input);
      try {
        return (await action(input, queues, { headers })) ?? {};
      } catch (error: unknown) {
        if (!(error instanceof SqsError)) throw error;
        const [queryCode] = error.queryErrorHeader.split(';');
        throw new AwsError(error.code, error.message, queryCode);
      } finally {
        await committed();
      }
    };
  return Object.fromEntries(
    [...actions].map(([name, action]) => [name, operation(limitAttributes(name, action))]),
  );
};

/** Opens the queues on disk. Throws {@link DataFolderBroken}. */
export const openSqs = async (dataDir: string): Promise<Sqs> => {
  const { queues, persistence } = open(dataDir);
  const moves = createMessageMoves(queues, persistence);
  const committed = async (): Promise<void> => {
    try {
      await persistence.committed();
    } catch (error: unknown) {
      throw unusable(dataDir, error);
    }
  };

  return {
    service: jsonService({ ...queueOperations(queues, committed), ...moves.operations }),
    createQueue: async ({ name, url, arn, attributes }) => {
      const queue = queues.getQueueByName(name) ?? queues.createQueue(name, url, arn);
      // The port may have changed. fauxqs finds queues by name and only shows the URL.
      queues.queues.delete(queue.url);
      queue.url = url;
      queues.queues.set(url, queue);
      queue.setAttributes({ ...DEFAULT_ATTRIBUTES, ...attributes });
      await committed();
    },
    depth: (name) => {
      const queue = queues.getQueueByName(name);
      return queue ? queue.messages.length + queue.inflightMessages.size + queue.delayedMessages.length : 0;
    },
    copy: () => persistence.copy(),
    wakePollers: () => {
      for (const queue of queues.allQueues()) queue.cancelWaiters();
    },
    end: async () => {
      moves.end();
      for (const queue of queues.allQueues()) queue.cancelWaiters();
      try {
        persistence.close();
      } catch (error: unknown) {
        throw unusable(dataDir, error);
      }
    },
  };
};
