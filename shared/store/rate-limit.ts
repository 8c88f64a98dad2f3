import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const KEY = { pk: 'lock#rate-limit' };

/** `lock#rate-limit` in OuraSyncTable: until when nobody may call Oura, shared by all workers (epoch ms). */
export interface RateLimit {
  /** Epoch ms before which no call may be made; 0 where any may. */
  notBefore(): Promise<number>;
  /** Says that no call may be made before `epochMs`; never shortens what another worker has said. */
  extend(epochMs: number): Promise<void>;
}

export const createRateLimit = (dynamodb: DynamoDBDocumentClient, tableName: string): RateLimit => ({
  notBefore: async () => {
    const reply = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
    );
    return (reply.Item?.['not_before'] as number | undefined) ?? 0;
  },

  extend: async (epochMs) => {
    try {
      await dynamodb.send(
        new UpdateCommand({
          TableName: tableName,
          Key: KEY,
          UpdateExpression: 'SET not_before = :until',
          ConditionExpression: 'attribute_not_exists(not_before) OR not_before < :until',
          ExpressionAttributeValues: { ':until': epochMs },
        }),
      );
    } catch (error: unknown) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
