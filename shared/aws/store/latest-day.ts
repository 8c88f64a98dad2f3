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
export const createLatestDay = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  pk: string,
): LatestDay => ({
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
