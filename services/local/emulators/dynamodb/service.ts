import type { AwsCall, AwsReply } from '../aws-json.ts';
import { batchOperations } from './batch-operations.ts';
import { DynamoDbError, validationError } from './errors.ts';
import { itemOperations } from './item-operations.ts';
import { parseBody } from './parse-body.ts';
import { readOperations } from './read-operations.ts';
import { internalError, rejection, reply } from './replies.ts';
import { tableOperations } from './table-operations.ts';
import type { TableStore } from './table-store.ts';
import { transactionOperations } from './transaction-operations.ts';

/** Values that were checked are at most 32 levels deep. Anything deeper was in a member that no operation reads. */
const nestedTooDeeply = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('call stack');

/**
 * The DynamoDB API on `store`. A reply waits until every change so far is on disk, also those that it only shows.
 * @param explain the message of an error that is not the caller's
 */
export const createService = (
  store: TableStore,
  explain: (error: unknown) => string,
): ((call: Pick<AwsCall, 'target' | 'body'>) => Promise<AwsReply>) => {
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
  const answer = (target: string, body: string): AwsReply => {
    try {
      return reply(200, run(target, body));
    } catch (error: unknown) {
      return error instanceof DynamoDbError ? rejection(error) : internalError(explain(error));
    }
  };
  return async ({ target, body }) => {
    // All work of a request comes before the first turn of the event loop, so that the supervisor can blame it.
    const answered = answer(target, body);
    try {
      await store.committed();
      return answered;
    } catch (error: unknown) {
      return internalError(explain(error));
    }
  };
};
