import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type MessageAttributeValue,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { recordOf } from '../../services/local/emulators/sqs-event.ts';
import { queueArn, queueUrl } from '../../services/local/resources/queue.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';

const NAMES = {
  work: LOGICAL_ID.workQueue,
  deadLetter: LOGICAL_ID.deadLetterQueue,
  parked: LOGICAL_ID.parkedQueue,
} as const;
type QueueName = keyof typeof NAMES;

/** The three queues, with methods to fill and inspect them. */
export interface TestQueues {
  url(queue: QueueName): string;
  send(queue: QueueName, body: string, attributes?: Record<string, MessageAttributeValue>): Promise<void>;
  /** Receives up to 100 visible messages in the format that Lambda passes to a function. */
  receive(queue: QueueName): Promise<SQSEvent>;
  /** Deletes received messages. */
  acknowledge(queue: QueueName, records: readonly SQSRecord[]): Promise<void>;
  /** Makes received messages visible again at once. */
  giveBack(queue: QueueName, records: readonly SQSRecord[]): Promise<void>;
  purge(): Promise<void>;
}

export const createQueues = (sqs: SQSClient, endpoint: string): TestQueues => {
  const url = (queue: QueueName) => queueUrl(endpoint, NAMES[queue]);
  return {
    url,
    send: async (queue, body, attributes) => {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: url(queue),
          MessageBody: body,
          ...(attributes && { MessageAttributes: attributes }),
        }),
      );
    },
    receive: async (queue) => {
      const Records: SQSRecord[] = [];
      for (let calls = 0; calls < 10; calls++) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: url(queue),
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        Records.push(...Messages.map((message) => recordOf(message, queueArn(NAMES[queue]))));
        // The embedded SQS returns all visible messages; AWS may return fewer.
        if (Messages.length < 10) break;
      }
      return { Records };
    },
    acknowledge: async (queue, records) => {
      const QueueUrl = url(queue);
      await Promise.all(
        records.map(({ receiptHandle }) =>
          sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle })),
        ),
      );
    },
    giveBack: async (queue, records) => {
      const QueueUrl = url(queue);
      await Promise.all(
        records.map(({ receiptHandle }) =>
          sqs.send(
            new ChangeMessageVisibilityCommand({
              QueueUrl,
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: 0,
            }),
          ),
        ),
      );
    },
    purge: async () => {
      const queues = Object.keys(NAMES) as QueueName[];
      await Promise.all(queues.map((queue) => sqs.send(new PurgeQueueCommand({ QueueUrl: url(queue) }))));
    },
  };
};

/** The body of a work message. */
export const workBody = (run_id: string, date: string, reason: WorkMessage['reason'] = 'missing'): string =>
  JSON.stringify({ version: 1, run_id, date, reason } satisfies WorkMessage);
