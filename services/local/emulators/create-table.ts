import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { DataFolderBroken } from '../data-folder/errors.ts';

const sameKeys = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Creates a table if it is missing. Throws {@link DataFolderBroken} if it exists with another key. */
export const createTable = async (
  dynamodb: DynamoDBClient,
  table: Pick<CreateTableCommandInput, 'TableName' | 'AttributeDefinitions' | 'KeySchema'> & {
    TableName: string;
  },
  dataDir: string,
): Promise<void> => {
  const { TableName, KeySchema } = table;
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (!sameKeys(Table?.KeySchema, KeySchema)) {
      throw new DataFolderBroken(dataDir, `its table ${TableName} has another key`);
    }
  } catch (error: unknown) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await dynamodb.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST' }));
  }
};
