import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';
import { type Clients, createOwnClients } from '../../services/local/emulators/clients.ts';
import { createTable } from '../../services/local/emulators/create-table.ts';
import { openDynamoDb } from '../../services/local/emulators/dynamodb/open.ts';
import { type Endpoint, startEndpoint } from '../../services/local/emulators/endpoint.ts';
import { type AwsCalls, watchCalls } from './aws-calls.ts';
import { DYNAMODB_LOCAL, forwardTo } from './dynamodb-local.ts';

/** The key schema of each table, by name: attribute types, partition key first. */
export type TableKeys = Readonly<Record<string, Readonly<Record<string, 'S' | 'N'>>>>;

/** Empties the tables. */
export const emptyTables = async (dynamodb: DynamoDBDocumentClient, tables: TableKeys): Promise<void> => {
  const emptied = Object.entries(tables).map(async ([TableName, key]) => {
    // Only the keys: the client cannot convert every number that an item may have.
    const names = Object.keys(key);
    const request = {
      TableName,
      ProjectionExpression: names.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    };
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, request))
      await Promise.all(Items.map((Key) => dynamodb.send(new DeleteCommand({ TableName, Key }))));
  });
  await Promise.all(emptied);
};

/** An embedded DynamoDB in a temporary folder, with clients. */
export interface EmbeddedTables {
  /** Clients for the code under test; `calls` records DynamoDB and SSM. */
  readonly watched: Clients;
  /** Clients whose calls are not recorded, to act as other processes and to inspect data. */
  readonly raw: Clients;
  readonly calls: AwsCalls;
  readonly dataDir: string;
  /** The endpoint, for clients that read the environment. */
  readonly url: string;
  readonly keys: AccessKeys;
  stop(): Promise<void>;
}

/**
 * Starts a DynamoDB with `tables`.
 * @param more other services with the same endpoint and folder
 */
export const openEmbeddedTables = async (
  tables: TableKeys,
  more: (dataDir: string) => Parameters<Endpoint['serve']>[0] = () => ({}),
): Promise<EmbeddedTables> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-tables-'));
  const endpoint = await startEndpoint(0);
  const service = await openDynamoDb(dataDir);
  const dynamodb = DYNAMODB_LOCAL ? forwardTo(DYNAMODB_LOCAL) : service.service;
  endpoint.serve({ DynamoDB_20120810: dynamodb, ...more(dataDir) });
  const watched = createOwnClients(endpoint);
  const raw = createOwnClients(endpoint);
  for (const [TableName, key] of Object.entries(tables)) {
    const attributes = Object.entries(key);
    const table = {
      TableName,
      AttributeDefinitions: attributes.map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: attributes.map(([AttributeName], index) => ({
        AttributeName,
        KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
      })),
    };
    await createTable(raw.dynamodb, table, dataDir);
  }
  return {
    watched,
    raw,
    calls: watchCalls([watched.dynamodb, watched.ssm]),
    dataDir,
    url: endpoint.url,
    keys: endpoint.keys,
    stop: async () => {
      watched.destroy();
      raw.destroy();
      await endpoint.end();
      await service.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
