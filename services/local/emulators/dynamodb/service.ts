import { type AwsCall, type AwsReply, operationOf, unsupported } from '../aws-json.ts';
import { batchOperations } from './batch-operations.ts';
import { DynamoDbError, validationError } from './errors.ts';
import { itemOperations } from './item-operations.ts';
import { parseBody } from './parse-body.ts';
import { readOperations } from './read-operations.ts';
import { internalError, rejection, reply } from './replies.ts';
import { tableOperations } from './table-operations.ts';
import type { TableStore } from './table-store.ts';
import { transactionOperations } from './transaction-operations.ts';

type Request = Pick<AwsCall, 'target' | 'body'>;

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
): ((call: Request) => Promise<AwsReply>) => {
  const operations = {
    ...tableOperations(store),
    ...itemOperations(store),
    ...batchOperations(store),
    ...transactionOperations(store),
    ...readOperations(store),
  };
  const run = (call: Request): object => {
    const name = operationOf(call);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new DynamoDbError('UnknownOperationException', unsupported(name));
    try {
      return operation(parseBody(call.body));
    } catch (error: unknown) {
      throw nestedTooDeeply(error) ? validationError('Nesting Levels have exceeded supported limits') : error;
    }
  };
  const answer = (call: Request): AwsReply => {
    try {
      return reply(200, run(call));
    } catch (error: unknown) {
      return error instanceof DynamoDbError ? rejection(error) : internalError(explain(error));
    }
  };
  return async (call) => {
    // All work of a request comes before the first turn of the event loop, so that the supervisor can blame it.
    const answered = answer(call);
    try {
      await store.committed();
      return answered;
    } catch (error: unknown) {
      return internalError(explain(error));
    }
  };
};
