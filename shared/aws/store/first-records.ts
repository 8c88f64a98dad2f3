import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { NIGHT_COLLECTIONS, type NightCollection } from '../../core/collections.ts';
import { type Day, isDay } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'record#first' };

type Firsts = ReadonlyMap<NightCollection, Day>;

/** `record#first` in OuraSyncTable: the first day with a record of each collection, of all responses so far. */
export interface FirstRecords {
  /** Includes the first days of a response, and returns those of all responses. */
  include(found: Firsts): Promise<Firsts>;
}

export const createFirstRecords = (dynamodb: DynamoDBDocumentClient, tableName: string): FirstRecords => ({
  include: async (found) => {
    const reply = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
    );
    const stored = reply.Item ?? {};
    const firsts = new Map<NightCollection, Day>(
      NIGHT_COLLECTIONS.flatMap((collection) =>
        isDay(stored[collection]) ? [[collection, stored[collection]]] : [],
      ),
    );
    for (const [collection, day] of found) {
      if (day >= (firsts.get(collection) ?? '9999-12-31')) continue;
      firsts.set(collection, day);
      await updateItem(dynamodb, tableName, KEY, {
        expression: `SET #${collection} = :day`,
        condition: `attribute_not_exists(#${collection}) OR #${collection} > :day`,
        values: { ':day': day },
      });
    }
    return firsts;
  },
});
