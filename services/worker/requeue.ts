import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { failedAttributes } from '../../shared/aws/queue/message-attributes.ts';
import {
  AppError,
  type Consequences,
  consequencesOf,
  describeError,
  TRANSIENT,
} from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import { retryDelaySeconds } from '../../shared/core/retry-delay.ts';

export interface RequeueParts {
  readonly log: Log;
  readonly sqs: SQSClient;
  readonly workQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly retryBaseSeconds: number;
  readonly maxReceiveCount: number;
  /** 0 ≤ random() < 1, for the jitter. */
  readonly random: () => number;
}

/** A message returns to its queue. It is a batch item failure, and SQS delivers it again after the delay. */
class Requeued extends AppError {
  override readonly name = 'Requeued';
  override readonly consequences: Consequences = TRANSIENT;
  readonly seconds: number;
  constructor(seconds: number, cause: unknown) {
    super(`Retry in ${seconds} s: ${describeError(cause).name}`);
    this.seconds = seconds;
  }
}

/** Whether another attempt is possible. */
export const isRetried = (error: unknown, attempt: number, maxReceiveCount: number): boolean =>
  consequencesOf(error).retryable && attempt < maxReceiveCount;

/**
 * Makes SQS deliver the message again after the growing delay of its attempt, or after `waitSeconds` if that is longer.
 * A rate limit says how long to wait, but it never uses up the receives faster than an outage would.
 * Throws {@link Requeued}, which makes the message a batch item failure.
 */
export const requeue = async (
  record: SQSRecord,
  attempt: number,
  error: unknown,
  waitSeconds: number,
  parts: RequeueParts,
): Promise<never> => {
  const delay = retryDelaySeconds(attempt, parts.retryBaseSeconds, parts.random());
  const seconds = Math.max(delay, Math.ceil(waitSeconds));
  await parts.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: parts.workQueueUrl,
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
  throw new Requeued(seconds, error);
};

/**
 * Copies the message to the dead-letter queue with the failure in its attributes. The caller then acknowledges the
 * original. This skips the remaining receives: if no retry can help, they would only repeat a rejected call.
 * A crash between copy and acknowledgement leaves a duplicate, but loses nothing.
 */
export const sendToDeadLetterQueue = async (
  record: SQSRecord,
  attempt: number,
  error: unknown,
  parts: RequeueParts,
): Promise<void> => {
  const { messageId, messageAttributes } = record;
  const { attributes, leftOut } = failedAttributes(messageAttributes, describeError(error), attempt);
  if (leftOut.length > 0) parts.log.warn('Left out attributes', { message_id: messageId, leftOut });
  await parts.sqs.send(
    new SendMessageCommand({
      QueueUrl: parts.deadLetterQueueUrl,
      MessageBody: record.body,
      MessageAttributes: attributes,
    }),
  );
};
