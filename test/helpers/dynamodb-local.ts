import { randomUUID } from 'node:crypto';
import type { AwsService } from '../../services/local/emulators/aws-json.ts';

/** The URL of AWS's DynamoDB Local, if the tests run against it: `npm run test:engines`. */
export const DYNAMODB_LOCAL = process.env['DYNAMODB_LOCAL'];

/** Passes calls on to DynamoDB Local, with tables of their own: it keeps those of each access key ID apart. */
export const forwardTo = (url: string): AwsService => {
  const accessKeyId = randomUUID().replaceAll('-', '');
  return async ({ target, body }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-date': '19700101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/19700101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body,
    });
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { status: response.status, headers, body: await response.text() };
  };
};
