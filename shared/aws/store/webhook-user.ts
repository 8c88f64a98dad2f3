import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { updateItem } from './conditional-write.ts';

export const WEBHOOK_USER = { pk: 'webhook#user' };

/** `webhook#user` in OuraSyncTable: Oura's id of the connected user, to ignore the events of others. */
export interface WebhookUser {
  /** Undefined while it is unknown. */
  get(): Promise<string | undefined>;
  /** @param userId undefined if it is unknown from now on */
  set(userId: string | undefined): Promise<void>;
}

export const createWebhookUser = (dynamodb: DynamoDBDocumentClient, tableName: string): WebhookUser => ({
  get: async () => {
    const { Item } = await dynamodb.send(new GetCommand({ TableName: tableName, Key: WEBHOOK_USER }));
    return Item?.['user_id'] as string | undefined;
  },
  set: async (userId) => {
    const expression = userId === undefined ? 'REMOVE #user_id' : 'SET #user_id = :user_id';
    await updateItem(dynamodb, tableName, WEBHOOK_USER, { expression, values: { ':user_id': userId } });
  },
});
