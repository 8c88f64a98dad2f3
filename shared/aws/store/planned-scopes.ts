import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'plan#scopes' };

/** `plan#scopes` in OuraSyncTable: the scopes of the grant at the last look-back run, or before it at the first run. */
export interface PlannedScopes {
  /** Undefined before the first run with a grant. */
  get(): Promise<readonly string[] | undefined>;
  set(scopes: readonly string[]): Promise<void>;
  /** Sets them if none are stored. */
  setFirst(scopes: readonly string[]): Promise<void>;
}

export const createPlannedScopes = (dynamodb: DynamoDBDocumentClient, tableName: string): PlannedScopes => {
  const write = async (scopes: readonly string[], condition?: string): Promise<void> => {
    const values = { ':scopes': scopes };
    await updateItem(dynamodb, tableName, KEY, { expression: 'SET #scopes = :scopes', condition, values });
  };
  return {
    get: async () => {
      const reply = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
      );
      return reply.Item?.['scopes'] as readonly string[] | undefined;
    },
    set: (scopes) => write(scopes),
    setFirst: (scopes) => write(scopes, 'attribute_not_exists(#scopes)'),
  };
};
