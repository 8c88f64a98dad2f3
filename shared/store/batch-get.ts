import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';

/** BatchGetItem takes 100 keys at most [DynamoDB]. */
const MOST_KEYS = 100;
/** Calls under way at once. */
const AT_ONCE = 5;

/** DynamoDB kept handing keys back unprocessed. Retryable. */
export class TableThrottled extends Error {
  override readonly name = 'TableThrottled';
  readonly retryable = true;
}

/** A table that hands back keys this often in a row is throttled for good; each round waits longer, 50 ms to 1.6 s. */
const MOST_ROUNDS = 6;

/** The items at `keys` (those that exist), strongly consistent; with `attributes`, only these of each. */
export const batchGet = async (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Record<string, string | number>[],
  attributes?: readonly string[],
): Promise<Record<string, unknown>[]> => {
  const getAll = async (asked: readonly Record<string, unknown>[]): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    let wanted: Record<string, unknown>[] = [...asked];
    for (let round = 0; wanted.length > 0; round++) {
      if (round === MOST_ROUNDS) throw new TableThrottled(`The table ${tableName} left keys unprocessed`);
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** round));
      const reply = await dynamodb.send(
        new BatchGetCommand({
          RequestItems: {
            [tableName]: {
              Keys: wanted,
              ConsistentRead: true,
              ...(attributes && {
                ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
                ExpressionAttributeNames: Object.fromEntries(
                  attributes.map((attribute, index) => [`#a${index}`, attribute]),
                ),
              }),
            },
          },
        }),
      );
      items.push(...(reply.Responses?.[tableName] ?? []));
      wanted = reply.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return items;
  };
  const chunks = Array.from({ length: Math.ceil(keys.length / MOST_KEYS) }, (_, index) =>
    keys.slice(index * MOST_KEYS, (index + 1) * MOST_KEYS),
  );
  return (await pMap(chunks, getAll, { concurrency: AT_ONCE })).flat();
};
