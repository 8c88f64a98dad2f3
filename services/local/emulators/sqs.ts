import { join } from 'node:path';
import { reasonOf } from '../data-folder/data-folder.ts';
import type { QueueProperties } from '../resources/resource-types.ts';
import { DataFolderBroken } from '../template/errors.ts';
import { queueArn, queueUrl, REGION, type Resource } from '../template/read-resources.ts';
import { type AwsService, jsonService } from './aws-json.ts';
import { createApp, SnsStore } from './fauxqs.ts';
import { createMessageMoves } from './message-move.ts';
import { GroupCommit, LocalQueues } from './queue-store.ts';

/** The embedded SQS. */
export interface Sqs {
  readonly service: AwsService;
  /** Messages of `queue` (name) in whatever state: visible, in flight, delayed. */
  depth(queue: string): number;
  /** Ends every long poll now, with what there is. */
  wakePollers(): void;
  end(): Promise<void>;
}

const attributesOf = ({ RedrivePolicy, ...numbers }: QueueProperties): Record<string, string> => ({
  // SQS's own defaults, given each time: what an earlier template set and this one does not must not stay.
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
  RedrivePolicy: RedrivePolicy ? JSON.stringify(RedrivePolicy) : '',
});

const open = (dataDir: string): { queues: LocalQueues; persistence: GroupCommit } => {
  try {
    const persistence = new GroupCommit(join(dataDir, 'sqs'));
    const queues = new LocalQueues();
    persistence.releaseInFlight();
    // Loaded before persistence is assigned: creating a queue with persistence on replaces its row, and with it,
    // by ON DELETE CASCADE, its messages.
    persistence.loadSqsAndSns(queues, new SnsStore());
    queues.persistence = persistence;
    for (const queue of queues.allQueues()) queue.persistence = persistence;
    return { queues, persistence };
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, reasonOf(error), error);
  }
};

/**
 * Opens the queues on disk and gives them the attributes of the template, which may have changed since.
 * Throws {@link DataFolderBroken}.
 * @param endpoint the address in queue URLs
 */
export const openSqs = async (
  dataDir: string,
  endpoint: string,
  templateQueues: readonly Resource<QueueProperties>[],
): Promise<Sqs> => {
  const { queues, persistence } = open(dataDir);
  for (const { logicalId, properties } of templateQueues) {
    const url = queueUrl(endpoint, logicalId);
    const queue = queues.getQueueByName(logicalId) ?? queues.createQueue(logicalId, url, queueArn(logicalId));
    // The port may be another one than last time. fauxqs finds queues by name, so only what it shows changes.
    queues.queues.delete(queue.url);
    queue.url = url;
    queues.queues.set(url, queue);
    queue.setAttributes(attributesOf(properties));
  }
  await persistence.committed();
  const app = createApp(queues, REGION);
  await app.ready();
  const moves = createMessageMoves(queues, persistence);
  const moveService = jsonService(moves.operations);

  return {
    service: async (call) => {
      const operation = call.target.slice(call.target.indexOf('.') + 1);
      if (Object.hasOwn(moves.operations, operation)) return moveService(call);
      const reply = await app.inject({ method: 'POST', url: '/', headers: call.headers, payload: call.body });
      await persistence.committed();
      return {
        status: reply.statusCode,
        headers: Object.fromEntries(
          Object.entries(reply.headers)
            .filter(([name]) => name === 'content-type' || name === 'x-amzn-query-error')
            .map(([name, value]) => [name, String(value)]),
        ),
        body: reply.payload,
      };
    },
    depth: (name) => {
      const queue = queues.getQueueByName(name);
      return queue ? queue.messages.length + queue.inflightMessages.size + queue.delayedMessages.length : 0;
    },
    wakePollers: () => {
      for (const queue of queues.allQueues()) queue.cancelWaiters();
    },
    end: async () => {
      moves.end();
      await app.close();
      persistence.close();
    },
  };
};
