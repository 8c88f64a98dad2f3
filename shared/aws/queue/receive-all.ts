import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunks } from '../../core/chunks.ts';
import { queueDepth } from './queue-depth.ts';
import { BATCH_MESSAGES } from './send-messages.ts';

/** Short in case the process is killed while it reads. */
const LOOK_SECONDS = 30;

/** A large queue takes longer: a batch of ten takes at most a fifth of a second. */
const LOOKED_AT_PER_SECOND = 50;

export interface ReceiveAllOptions {
  /** How many calls receive at once. @default 1 */
  readonly receivers?: number;
  /** Whether to stop early. Checked before each call. @default never */
  readonly isLate?: () => boolean;
}

/**
 * Receives every visible message of a queue that no function consumes, and calls `take` with each batch of new ones. Those
 * that it does not return as removed are visible again afterwards. The queue must have no redrive policy, so that the
 * increased receive counts have no effect.
 */
export const receiveAll = async (
  sqs: SQSClient,
  queueUrl: string,
  take: (messages: readonly Message[]) => Promise<readonly Message[]>,
  { receivers = 1, isLate = () => false }: ReceiveAllOptions = {},
): Promise<void> => {
  const depth = await queueDepth(sqs, queueUrl);
  const seen = new Set<string | undefined>();
  const held = new Set<Message>();
  const receive = async (): Promise<void> => {
    while (!isLate()) {
      const reply = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: BATCH_MESSAGES,
          VisibilityTimeout: LOOK_SECONDS + Math.ceil(depth / LOOKED_AT_PER_SECOND),
          // Long polling queries all SQS servers. Without it a response may be empty by chance.
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      const messages = reply.Messages ?? [];
      if (messages.length === 0) return;
      for (const message of messages) held.add(message);
      const fresh = messages.filter(({ MessageId }) => !seen.has(MessageId));
      for (const { MessageId } of fresh) seen.add(MessageId);
      for (const message of await take(fresh)) held.delete(message);
    }
  };
  try {
    await Promise.all(Array.from({ length: receivers }, receive));
  } finally {
    for (const some of chunks([...held], BATCH_MESSAGES)) {
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: some.map(({ ReceiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
    }
  }
};
