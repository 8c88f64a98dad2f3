import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { chunks } from '../../core/chunks.ts';
import { retryUnprocessed } from './retry-unprocessed.ts';

/** BatchGetItem accepts at most 100 keys [DynamoDB]. */
const MOST_KEYS = 100;
/** Concurrent calls. */
const AT_ONCE = 5;

type Item = Record<string, unknown>;

/** How to read. An eventually consistent read costs half, and may miss the writes of about the last second. */
export interface Reading {
  /** @default true */
  readonly consistent?: boolean;
}

/** Reads the existing items at `keys`, or only `attributes` of them. Throws {@link TableThrottled}. */
export const batchGet = async (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Record<string, string | number>[],
  { attributes, consistent = true }: Reading & { readonly attributes?: readonly string[] } = {},
): Promise<Item[]> => {
  const projection = attributes && {
    ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(
      attributes.map((attribute, index) => [`#a${index}`, attribute]),
    ),
  };
  const getAll = async (asked: readonly Item[]): Promise<Item[]> => {
    const items: Item[] = [];
    await retryUnprocessed(tableName, asked, async (left) => {
      const request = { Keys: [...left], ConsistentRead: consistent, ...projection };
      const reply = await dynamodb.send(new BatchGetCommand({ RequestItems: { [tableName]: request } }));
      items.push(...(reply.Responses?.[tableName] ?? []));
      return reply.UnprocessedKeys?.[tableName]?.Keys ?? [];
    });
    return items;
  };
  return (await pMap(chunks(keys, MOST_KEYS), getAll, { concurrency: AT_ONCE })).flat();
};
