import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Day } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

/** A day in OuraSyncTable that only ever moves forward, whoever writes and in whichever order. */
export interface LatestDay {
  /** Undefined before the first {@link advance}. */
  get(): Promise<Day | undefined>;
  /** Moves the day forward; never back. */
  advance(day: Day): Promise<void>;
}

/** @param pk key of the item that keeps the day as `through` */
const createLatestDay = (dynamodb: DynamoDBDocumentClient, tableName: string, pk: string): LatestDay => ({
  get: async () => {
    const reply = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true }),
    );
    return reply.Item?.['through'] as Day | undefined;
  },

  advance: async (day) => {
    await updateItem(
      dynamodb,
      tableName,
      { pk },
      {
        expression: 'SET through = :day',
        condition: 'attribute_not_exists(through) OR through < :day',
        values: { ':day': day },
      },
    );
  },
});

/** `plan#through`: the day up to which look-back runs have requested nights; nothing before the first such run. */
export const createPlannedThrough = (dynamodb: DynamoDBDocumentClient, tableName: string): LatestDay =>
  createLatestDay(dynamodb, tableName, 'plan#through');

/** `night#newest`: the newest day with a stored night, in the ledger for readers that may not read the nights. */
export const createNewestNight = (dynamodb: DynamoDBDocumentClient, tableName: string): LatestDay =>
  createLatestDay(dynamodb, tableName, 'night#newest');
