import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Day } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

/** A day in OuraSyncTable that only moves forward, for any writers in any order. */
export interface LatestDay {
  /** Undefined before the first {@link advance}. */
  get(): Promise<Day | undefined>;
  /**
   * Moves the day forward; never back.
   * @param latest the last day that can be true now: a clock that was ahead has written a later one, which is replaced
   */
  advance(day: Day, latest?: Day): Promise<void>;
}

/** @param pk the key of the item that has the day in `through` */
const createLatestDay = (dynamodb: DynamoDBDocumentClient, tableName: string, pk: string): LatestDay => {
  /** The stored day is at least this one. A rejected update costs a write unit, too. */
  let reached: Day = '';
  return {
    get: async () => {
      const reply = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true }),
      );
      return reply.Item?.['through'] as Day | undefined;
    },

    advance: async (day, latest) => {
      const isAhead = latest !== undefined && reached > latest;
      if (day <= reached && !isAhead) return;
      await updateItem(
        dynamodb,
        tableName,
        { pk },
        {
          expression: 'SET through = :day',
          condition: `attribute_not_exists(through) OR through < :day${latest === undefined ? '' : ' OR through > :latest'}`,
          values: { ':day': day, ':latest': latest },
        },
      );
      reached = day > reached || isAhead ? day : reached;
    },
  };
};

/** `plan#through`: the last day that look-back runs have requested; undefined before the first such run. */
export const createPlannedThrough = (dynamodb: DynamoDBDocumentClient, tableName: string): LatestDay =>
  createLatestDay(dynamodb, tableName, 'plan#through');

/** `record#none-before`: a day before which Oura had no record in any collection. */
export const createNoneBefore = (dynamodb: DynamoDBDocumentClient, tableName: string): LatestDay =>
  createLatestDay(dynamodb, tableName, 'record#none-before');

/** `night#newest`: the newest day with a stored night. It is in the ledger for readers that may not read nights. */
export const createNewestNight = (dynamodb: DynamoDBDocumentClient, tableName: string): LatestDay =>
  createLatestDay(dynamodb, tableName, 'night#newest');
