import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttributes } from 'aws-lambda';
import type { ErrorDescription } from '../../core/errors.ts';

/** Attributes that explain why a message is on the dead-letter or parked queue. */
export const FAILURE_ATTRIBUTE = {
  name: 'failure_name',
  message: 'failure_message',
  attempts: 'attempts',
} as const;

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
