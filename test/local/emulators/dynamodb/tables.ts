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
import { DYNAMODB_LOCAL } from '../../../helpers/dynamodb-local.ts';

export type Item = Record<string, AttributeValue>;

/** A DynamoDB under test. */
export interface DynamoDb {
  readonly client: DynamoDBClient;
  /** Creates a table with a new name, and returns the name. Keys by name: types, partition key first. */
  createTable(keys: Readonly<Record<string, 'S' | 'N' | 'B'>>): Promise<string>;
  put(table: string, ...items: readonly Item[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * How DynamoDB Local words an error otherwise than the service: the service's words, as dynalite's authors recorded them,
 * then those of DynamoDB Local 2.6.1.
 */
const LOCAL_WORDS: Readonly<Record<string, string | RegExp>> = {
  'Attempting to store more than 38 significant digits in a Number':
    'DynamoDB only supports precision up to 38 digits',
  'The parameter cannot be converted to a numeric value: 1x':
    'A value provided cannot be converted into a number',
  'The parameter cannot be converted to a numeric value':
    'A value provided cannot be converted into a number',
  'Missing the key pk in the item': 'One of the required keys was not given a value',
  'Type mismatch for key pk expected: S actual: N':
    'One or more parameter values were invalid: Type mismatch for key',
  'Size of hashkey has exceeded the maximum size limit of2048 bytes':
    'Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes',
  'The provided key element does not match the schema':
    /required keys was not given|number of conditions on the keys|Type mismatch for key/,
  'ReturnValues can only be ALL_OLD or NONE': 'Return values set to invalid value',
  'Query condition missed key schema element: pk': 'Query condition missed key schema element',
  'Query condition missed key schema element: sk': 'Query condition missed key schema element',
  'Member must have value greater than or equal to 1': 'Limit must be greater than or equal to 1',
  'The provided starting key is invalid': "Exclusive Start Key must have same size as table's key schema",
  'The provided starting key is outside query boundaries based on provided conditions':
    'The provided starting key does not match the range key predicate',
  'The TotalSegments parameter is required': 'If segment is specified, total segment must also be specified',
  'The Segment parameter is required':
    'If total segments is specified, a particular segment must also be specified for this request',
  'Segment: 2 is not less than TotalSegments: 2':
    "1 validation error detected: Value '2' at 'segment' failed to satisfy constraint: Member must have value less than or equal to 1",
  'TableName must be at least 3 characters long and at most 255 characters long': 'Invalid table/index name',
  'regular expression pattern: [a-zA-Z0-9_.-]+': 'Invalid table/index name',
  'not defined in AttributeDefinitions': 'Hash Key not specified in Attribute Definitions.  Type unknown.',
  'ReadCapacityUnits and WriteCapacityUnits must both be specified':
    'No provisioned throughput specified for the table',
};

/** A ValidationException whose message contains a text. */
export const validation = (message: string) => {
  const words = (DYNAMODB_LOCAL && LOCAL_WORDS[message]) || message;
  const matcher = words instanceof RegExp ? expect.stringMatching(words) : expect.stringContaining(words);
  return { name: 'ValidationException', message: matcher };
};

/** The client of DynamoDB Local, else of the local engine over HTTP. */
const open = async (): Promise<{ client: DynamoDBClient; close(): Promise<void> }> => {
  if (DYNAMODB_LOCAL) {
    const client = new DynamoDBClient({
      endpoint: DYNAMODB_LOCAL,
      region: REGION,
      credentials: { accessKeyId: 'contract', secretAccessKey: 'local' },
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
      credentials: server.keys,
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
