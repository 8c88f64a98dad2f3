import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AwsReply, AwsService } from '../aws-json.ts';
import { isObject } from './attribute-values.ts';
import { batchOperations } from './batch-operations.ts';
import { DynamoDbError, serializationError, validationError } from './errors.ts';
import { itemOperations } from './item-operations.ts';
import { readOperations } from './read-operations.ts';
import type { Members } from './request.ts';
import { tableOperations } from './table-operations.ts';
import type { TableStore } from './table-store.ts';
import { transactionOperations } from './transaction-operations.ts';

const reply = (status: number, output: object): AwsReply => {
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

const errorReply = (error: unknown, explain: (error: unknown) => string): AwsReply => {
  if (error instanceof DynamoDbError)
    return reply(400, { __type: error.type, message: error.message, ...error.members });
  return reply(500, {
    __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: explain(error),
  });
};

const parseBody = (body: string): Members => {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    // Rejected below, like JSON that is not an object.
  }
  if (isObject(input)) return input;
  throw serializationError('The body of the request is not a JSON object');
};

/** Values that were checked are at most 32 levels deep. Anything deeper was in a member that no operation reads. */
const nestedTooDeeply = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('call stack');

/**
 * The DynamoDB API on `store`. A reply waits until every change so far is on disk, also those that it only shows.
 * @param explain the message of an error that is not the caller's
 */
export const createService = (store: TableStore, explain: (error: unknown) => string): AwsService => {
  const operations = {
    ...tableOperations(store),
    ...itemOperations(store),
    ...batchOperations(store),
    ...transactionOperations(store),
    ...readOperations(store),
  };
  const run = (target: string, body: string): object => {
    const name = target.slice(target.indexOf('.') + 1);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation)
      throw new DynamoDbError(
        'UnknownOperationException',
        `The local runtime does not support the operation ${name}`,
      );
    try {
      return operation(parseBody(body));
    } catch (error: unknown) {
      throw nestedTooDeeply(error) ? validationError('Nesting Levels have exceeded supported limits') : error;
    }
  };
  return async ({ target, body }) => {
    let answer: () => AwsReply;
    try {
      const output = run(target, body);
      answer = () => reply(200, output);
    } catch (error: unknown) {
      answer = () => errorReply(error, explain);
    }
    try {
      await store.committed();
      return answer();
    } catch (error: unknown) {
      return errorReply(error, explain);
    }
  };
};
