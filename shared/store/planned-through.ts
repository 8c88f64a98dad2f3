import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Day } from '../contract/day.ts';

const KEY = { pk: 'plan#through' };

/** `plan#through` in OuraSyncTable: up to which day the runs by the look-back have asked. */
export interface PlannedThrough {
  /** Undefined before the first such run. */
  get(): Promise<Day | undefined>;
  /** Moves the day forward; never back. */
  advance(day: Day): Promise<void>;
}

export const createPlannedThrough = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
): PlannedThrough => ({
  get: async () => {
    const reply = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
    );
    return reply.Item?.['through'] as Day | undefined;
  },

  advance: async (day) => {
    try {
      await dynamodb.send(
        new UpdateCommand({
          TableName: tableName,
          Key: KEY,
          UpdateExpression: 'SET through = :day',
          ConditionExpression: 'attribute_not_exists(through) OR through < :day',
          ExpressionAttributeValues: { ':day': day },
        }),
      );
    } catch (error: unknown) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
