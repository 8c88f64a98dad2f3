import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { openDynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';
import { startEndpoint } from '../../../../services/local/emulators/endpoint.ts';
import { REGION } from '../../../../services/local/template/arn.ts';

export type Item = Record<string, AttributeValue>;

/** A DynamoDB under test. */
export interface DynamoDb {
  readonly client: DynamoDBClient;
  /** Creates a table with a new name, and returns the name. Keys by name: types, partition key first. */
  createTable(keys: Readonly<Record<string, 'S' | 'N' | 'B'>>): Promise<string>;
  put(table: string, ...items: readonly Item[]): Promise<void>;
  stop(): Promise<void>;
}

/** The client of DYNAMODB_ENDPOINT (DynamoDB Local, or AWS itself), else of the local engine over HTTP. */
const open = async (): Promise<{ client: DynamoDBClient; close(): Promise<void> }> => {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  if (endpoint) {
    const client = new DynamoDBClient({
      endpoint,
      region: REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    return { client, close: async () => client.destroy() };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-dynamodb-'));
  const server = await startEndpoint(0);
  const engine = await openDynamoDb(dataDir);
  server.serve({ DynamoDB_20120810: engine.service });
  return {
    client: new DynamoDBClient({
      endpoint: server.url,
      region: REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
    close: async () => {
      await server.end();
      await engine.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Opens the DynamoDB under test. `stop` deletes the tables that were created. */
export const openDynamoDbUnderTest = async (): Promise<DynamoDb> => {
  const { client, close } = await open();
  const created: string[] = [];
  return {
    client,
    createTable: async (keys) => {
      const TableName = `contract-${Date.now().toString(36)}-${created.length}`;
      const attributes = Object.entries(keys);
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: attributes.map(([AttributeName, AttributeType]) => ({
            AttributeName,
            AttributeType,
          })),
          KeySchema: attributes.map(
            ([AttributeName], index): KeySchemaElement => ({
              AttributeName,
              KeyType: index === 0 ? 'HASH' : 'RANGE',
            }),
          ),
        }),
      );
      created.push(TableName);
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
      return TableName;
    },
    put: async (table, ...items) => {
      for (const Item of items) await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    stop: async () => {
      await Promise.allSettled(
        created.map((TableName) => client.send(new DeleteTableCommand({ TableName }))),
      );
      client.destroy();
      await close();
    },
  };
};
