import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { FAILURE_ATTRIBUTE } from '../../shared/aws/queue/message-attributes.ts';
import { parseWorkMessage } from '../../shared/aws/queue/parse-work-message.ts';
import { queueDepth } from '../../shared/aws/queue/queue-depth.ts';
import { receiveAll } from '../../shared/aws/queue/receive-all.ts';
import { iso } from '../../shared/core/clock.ts';
import { AppError, type Consequences, describeError, TRANSIENT } from '../../shared/core/errors.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';
import { plural } from '../../shared/core/text.ts';

export interface ParkedMessage {
  /** The ID since it was parked: a redrive gives it another one. */
  readonly message_id: string;
  /** Null where the body is not a work message. */
  readonly message: WorkMessage | null;
  /** The name of its error; null if the message has none. */
  readonly failure_name: string | null;
  readonly failure_message: string | null;
}

/** A parked message as a whole, in the spelling of `SendMessage`, so that it can be sent again. */
export interface SavedMessage {
  readonly message_id: string;
  /** ISO 8601: when it was parked; null if SQS does not say. */
  readonly sent_at: string | null;
  readonly MessageBody: string;
  readonly MessageAttributes: Readonly<Record<string, object>>;
}

/** SQS did not remove messages. They are saved, and still parked. */
class NotRemoved extends AppError {
  override readonly name = 'NotRemoved';
  override readonly consequences: Consequences = TRANSIENT;
  constructor(count: number, reason: string) {
    super(`SQS did not remove ${plural(count, 'message')}: ${reason}`);
  }
}

/** What to do about messages that are parked, and not in the list. */
export const hiddenSentence = (count: number): string =>
  `Parked: ${plural(count, 'more message')} that another command or run is reading. Try again in half a minute.`;

/** A message that another command, or the summary of a run, is reading is not visible. */
export class MessagesHidden extends AppError {
  override readonly name = 'MessagesHidden';
  override readonly consequences: Consequences = TRANSIENT;
  constructor(count: number) {
    super(hiddenSentence(count));
  }
}

const toParked = (message: Message): ParkedMessage => {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue ?? null;
  const read = readable(message.Body ?? '');
  return {
    message_id: message.MessageId ?? '',
    message: read.message,
    failure_name: attribute(FAILURE_ATTRIBUTE.name) ?? read.error?.name ?? null,
    failure_message: attribute(FAILURE_ATTRIBUTE.message) ?? read.error?.message ?? null,
  };
};

const readable = (
  body: string,
): { message: WorkMessage | null; error?: { name: string; message: string } } => {
  try {
    return { message: parseWorkMessage(body) };
  } catch (error: unknown) {
    return { message: null, error: describeError(error) };
  }
};

const toAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue): object => ({
  DataType,
  ...(StringValue !== undefined && { StringValue }),
  ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue).toString('base64') }),
});

const toSaved = ({ MessageId, Body, MessageAttributes, Attributes }: Message): SavedMessage => ({
  message_id: MessageId ?? '',
  sent_at: Attributes?.SentTimestamp ? iso(Number(Attributes.SentTimestamp)) : null,
  MessageBody: Body ?? '',
  MessageAttributes: Object.fromEntries(
    Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]),
  ),
});

/** Every visible message of the queue. */
export const peekMessages = async (sqs: SQSClient, queueUrl: string): Promise<ParkedMessage[]> => {
  const parked: ParkedMessage[] = [];
  await receiveAll(sqs, queueUrl, async (messages) => {
    parked.push(...messages.map(toParked));
    return [];
  });
  return parked;
};

/** The number of messages in the queue beyond the `seen` ones: another command, or the summary of a run, is reading them. */
export const countHidden = async (sqs: SQSClient, queueUrl: string, seen: number): Promise<number> =>
  Math.max(0, (await queueDepth(sqs, queueUrl)) - seen);

/** Throws {@link MessagesHidden} if the queue holds more messages than the `seen` ones: their absence would prove nothing. */
export const rejectHidden = async (sqs: SQSClient, queueUrl: string, seen: number): Promise<void> => {
  const hidden = await countHidden(sqs, queueUrl, seen);
  if (hidden > 0) throw new MessagesHidden(hidden);
};

/**
 * Saves the visible messages that `isChosen` selects, and then removes them from the queue. Returns them. Throws
 * {@link NotRemoved}, or an error of `save`, before which nothing more is removed.
 */
export const takeMessages = async (
  sqs: SQSClient,
  queueUrl: string,
  isChosen: (message: ParkedMessage) => boolean,
  save: (messages: readonly SavedMessage[]) => void,
): Promise<ParkedMessage[]> => {
  const taken: ParkedMessage[] = [];
  await receiveAll(sqs, queueUrl, async (messages) => {
    const chosen = messages.filter((message) => isChosen(toParked(message)));
    if (chosen.length === 0) return [];
    save(chosen.map(toSaved));
    const { Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: chosen.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    if (Failed.length > 0) throw new NotRemoved(Failed.length, Failed[0]?.Code ?? '');
    taken.push(...chosen.map(toParked));
    return chosen;
  });
  return taken;
};
