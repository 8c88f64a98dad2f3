import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttributes } from 'aws-lambda';
import { iso } from '../../core/clock.ts';
import type { ErrorDescription } from '../../core/errors.ts';
import { isInstant } from '../../core/sleep-record.ts';

/** Attributes that explain why a message is on the dead-letter or parked queue. */
export const FAILURE_ATTRIBUTE = {
  name: 'failure_name',
  message: 'failure_message',
  attempts: 'attempts',
} as const;

/**
 * The planner found neither a night nor a ledger entry for the date. It is an attribute, not a field of the body, because a
 * worker of an earlier version rejects a body with an unknown field.
 */
const NEW_DATE = 'new_date';

/** The attributes of a work message for a date that the planner found to be new. */
export const newDateAttributes = (): Record<string, MessageAttributeValue> => ({
  [NEW_DATE]: { DataType: 'String', StringValue: 'true' },
});

/** Whether a message is about a new date. It no longer is after a failure, which leaves an entry. */
export const isNewDate = (attributes: SQSMessageAttributes): boolean =>
  attributes[NEW_DATE]?.stringValue === 'true' && failureOf(attributes) === undefined;

/** The time of Oura's event about the date (ISO 8601): the earliest one, if there are several. */
const ANNOUNCED_AT = 'announced_at';

/** The attributes of a work message for a date that Oura has announced. */
export const announcedAttributes = (announced_at: string): Record<string, MessageAttributeValue> => ({
  [ANNOUNCED_AT]: { DataType: 'String', StringValue: announced_at },
});

/** When Oura announced the date of a message; null without a valid time. */
export const announcedAtOf = (attributes: SQSMessageAttributes): string | null => {
  const text = attributes[ANNOUNCED_AT]?.stringValue;
  return isInstant(text) ? iso(Date.parse(text)) : null;
};

/** Converts attributes of a received message (Lambda's spelling) to those of a sent message (the API's spelling). */
export const copiedAttributes = (attributes: SQSMessageAttributes): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        DataType: dataType,
        ...(stringValue !== undefined && { StringValue: stringValue }),
        ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue, 'base64') }),
      },
    ]),
  );

/** The failure of a message as attributes: the error's class and message, and the number of attempts. */
export const failureAttributes = (
  error: Pick<ErrorDescription, 'name' | 'message'>,
  attempts: number,
): Record<string, MessageAttributeValue> => ({
  [FAILURE_ATTRIBUTE.name]: { DataType: 'String', StringValue: error.name },
  [FAILURE_ATTRIBUTE.message]: { DataType: 'String', StringValue: error.message || error.name },
  [FAILURE_ATTRIBUTE.attempts]: { DataType: 'Number', StringValue: String(attempts) },
});

/** SQS rejects a message with more attributes [SQS]. */
const MOST_ATTRIBUTES = 10;

/**
 * The attributes of the copy of a failed message: the failure, then the message's own ones as far as there is room. Only
 * a message that another program sent has so many that some are left out.
 */
export const failedAttributes = (
  attributes: SQSMessageAttributes,
  error: Pick<ErrorDescription, 'name' | 'message'>,
  attempts: number,
): { attributes: Record<string, MessageAttributeValue>; leftOut: string[] } => {
  const failure = failureAttributes(error, attempts);
  const own = Object.entries(copiedAttributes(attributes)).filter(([name]) => !(name in failure));
  const room = MOST_ATTRIBUTES - Object.keys(failure).length;
  return {
    attributes: { ...failure, ...Object.fromEntries(own.slice(0, room)) },
    leftOut: own.slice(room).map(([name]) => name),
  };
};

/** Reads what {@link failureAttributes} wrote; undefined for a message that SQS moved after too many receives. */
export const failureOf = (
  attributes: SQSMessageAttributes,
): { name: string; message: string; attempts: number } | undefined => {
  const text = (name: string) => attributes[name]?.stringValue;
  const name = text(FAILURE_ATTRIBUTE.name);
  return name === undefined
    ? undefined
    : {
        name,
        message: text(FAILURE_ATTRIBUTE.message) ?? '',
        attempts: Number(text(FAILURE_ATTRIBUTE.attempts) ?? 0),
      };
};
