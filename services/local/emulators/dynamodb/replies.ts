import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AwsReply } from '../aws-json.ts';
import type { DynamoDbError } from './errors.ts';

export const reply = (status: number, output: object): AwsReply => {
  const body = JSON.stringify(output);
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
      // Some SDKs check it.
      'x-amz-crc32': String(crc32(body)),
    },
    body,
  };
};

/** The reply to a request that is at fault. SDKs do not repeat it. */
export const rejection = ({ type, message, members }: DynamoDbError): AwsReply =>
  reply(400, { __type: type, message, ...members });

/** The reply to a request that is not at fault. SDKs repeat it. */
export const internalError = (message: string): AwsReply =>
  reply(500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message });
