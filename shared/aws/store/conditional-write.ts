import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** Awaits a conditional write. Returns undefined if its condition does not hold, so that nothing was written. */
export const conditionalWrite = async <Reply>(write: Promise<Reply>): Promise<Reply | undefined> => {
  try {
    return await write;
  } catch (error: unknown) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

type Item = Readonly<Record<string, unknown>>;

/**
 * Updates the item at `key`, where `#name` means the attribute `name`. Returns the new item; undefined if `condition` does
 * not hold. Omits the values that neither expression uses, because DynamoDB rejects them.
 */
export const updateItem = async (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  key: Item,
  { expression, condition, values }: { expression: string; condition?: string | undefined; values: Item },
): Promise<Item | undefined> => {
  const text = `${expression} ${condition ?? ''}`;
  const names = new Set(text.match(/#\w+/g));
  const used = new Set(text.match(/:\w+/g));
  const reply = await conditionalWrite(
    dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: expression,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ...(names.size > 0 && {
          ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
        }),
        ...(used.size > 0 && {
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(values).filter(([name]) => used.has(name)),
          ),
        }),
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return reply && (reply.Attributes ?? {});
};
