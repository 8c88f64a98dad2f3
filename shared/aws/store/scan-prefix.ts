import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';

/** Every item of the table with a `pk` that begins with `prefix`, in any order. */
export async function* scanPrefix<Item>(
  dynamodb: DynamoDBDocumentClient,
  TableName: string,
  prefix: string,
): AsyncGenerator<Item> {
  const pages = paginateScan(
    { client: dynamodb },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :prefix)',
      ExpressionAttributeValues: { ':prefix': prefix },
    },
  );
  for await (const page of pages) yield* (page.Items ?? []) as Item[];
}
