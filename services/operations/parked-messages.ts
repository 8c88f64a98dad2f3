import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { FAILURE_ATTRIBUTE } from '../../shared/aws/queue/message-attributes.ts';
import { parseWorkMessage } from '../../shared/aws/queue/parse-work-message.ts';
import { chunks } from '../../shared/core/chunks.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';

/** The maximum per call [SQS]. */
const BATCH = 10;

export interface ParkedMessage {
  readonly message_id: string;
  /** Null where the body is not a work message. */
  readonly message: WorkMessage | null;
  /** The name of its error; null if the message has none. */
  readonly failure_name: string | null;
  readonly failure_message: string | null;
}

/** Long enough to read the whole queue, and short in case the process is killed meanwhile. */
const LOOK_SECONDS = 30;

const toParked = (message: Message): ParkedMessage => {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue ?? null;
  return {
    message_id: message.MessageId ?? '',
    message: readable(message.Body ?? ''),
    failure_name: attribute(FAILURE_ATTRIBUTE.name),
    failure_message: attribute(FAILURE_ATTRIBUTE.message),
  };
};

const readable = (body: string): WorkMessage | null => {
  try {
    return parseWorkMessage(body);
  } catch {
    return null;
  }
};

/**
 * Receives every visible message of the queue, then makes all of them visible again. The queue has no redrive policy, so the
 * increased receive counts have no effect.
 */
export const peekMessages = async (sqs: SQSClient, queueUrl: string): Promise<ParkedMessage[]> => {
  const seen = new Map<string, ParkedMessage>();
  const handles: string[] = [];
  try {
    for (;;) {
      const reply = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: LOOK_SECONDS,
          // Long polling queries all SQS servers. Without it a response may be empty by chance.
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
        }),
      );
      const messages = reply.Messages ?? [];
      if (messages.length === 0) return [...seen.values()];
      for (const message of messages) {
        const parked = toParked(message);
        seen.set(parked.message_id, parked);
        if (message.ReceiptHandle) handles.push(message.ReceiptHandle);
      }
    }
  } finally {
    for (const some of chunks(handles, BATCH)) {
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: some.map((ReceiptHandle, index) => ({
            Id: String(index),
            ReceiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
    }
  }
};
