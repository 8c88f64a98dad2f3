import {
  type BatchResultErrorEntry,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message to send. */
export interface OutgoingMessage {
  /** Unique within a batch: up to 80 letters, digits, hyphens and underscores. */
  readonly id: string;
  readonly body: string;
  readonly attributes?: Record<string, MessageAttributeValue>;
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
/** The most messages per call, sent, received or deleted. */
export const BATCH_MESSAGES = 10;
/** Of all messages of a batch, which is also the limit of one message. */
const BATCH_BYTES = 1024 * 1024;
/** Tries per message that SQS does not take. */
const TRIES = 3;

/** The size of a message for SQS: its body, and the name, type and value of each attribute. */
const bytesOf = ({ body, attributes = {} }: OutgoingMessage): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(body),
  );

/** Divides messages into batches that SQS accepts, in order. A message that is too long has a batch of its own. */
export const batchesOf = <Message extends OutgoingMessage>(messages: readonly Message[]): Message[][] => {
  const batches: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = bytesOf(message);
    const last = batches.at(-1);
    if (last && last.length < BATCH_MESSAGES && bytes + size <= BATCH_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
};

/** A message that SQS did not take, and its reason. */
export interface RejectedMessage<Message extends OutgoingMessage> {
  readonly message: Message;
  readonly error: BatchResultErrorEntry;
}

/**
 * Sends a batch. Sends the messages again that SQS does not take for a reason of its own. Returns those that it never took.
 * Rejects if a call fails: then SQS may have taken some messages of it.
 */
export const sendBatch = async <Message extends OutgoingMessage>(
  sqs: SQSClient,
  queueUrl: string,
  batch: readonly Message[],
): Promise<RejectedMessage<Message>[]> => {
  const rejected: RejectedMessage<Message>[] = [];
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt++) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: left.map(({ id, body, attributes }) => ({
          Id: id,
          MessageBody: body,
          ...(attributes && { MessageAttributes: attributes }),
        })),
      }),
    );
    const errors = new Map(Failed.map((error) => [error.Id, error]));
    const again: Message[] = [];
    for (const message of left) {
      const error = errors.get(message.id);
      if (error === undefined) continue;
      if (error.SenderFault || attempt === TRIES) rejected.push({ message, error });
      else again.push(message);
    }
    left = again;
  }
  return rejected;
};
