import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createOwnClients } from '../../services/local/clients.ts';
import { createTables, openDynamoDb } from '../../services/local/dynamodb.ts';
import { startEndpoint } from '../../services/local/endpoint.ts';
import { LOGICAL_ID } from '../../shared/contract/names.ts';
import { type AwsCalls, watchCalls } from './aws-calls.ts';

/** The table of workouts alone, in an embedded DynamoDB. */
export interface WorkoutsTable {
  readonly name: string;
  /** The client that the code under test is given; watched by `calls`. */
  readonly dynamodb: DynamoDBDocumentClient;
  readonly calls: AwsCalls;
  /** Puts an item of any form, as another application may. */
  put(item: Record<string, unknown>): Promise<void>;
  count(): Promise<number>;
  /** Empties the table and forgets the calls. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export const openWorkoutsTable = async (): Promise<WorkoutsTable> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-workouts-'));
  const endpoint = await startEndpoint(0);
  const service = await openDynamoDb(dataDir);
  endpoint.serve({ DynamoDB_20120810: service.service });
  const watched = createOwnClients(endpoint);
  const raw = createOwnClients(endpoint);
  const name = LOGICAL_ID.workoutsTable;
  const properties = {
    AttributeDefinitions: [
      { AttributeName: 'workoutId', AttributeType: 'S' as const },
      { AttributeName: 'timestamp', AttributeType: 'N' as const },
    ],
    KeySchema: [
      { AttributeName: 'workoutId', KeyType: 'HASH' as const },
      { AttributeName: 'timestamp', KeyType: 'RANGE' as const },
    ],
  };
  await createTables(raw.dynamodb, [{ logicalId: name, properties, metadata: {} }], dataDir);
  const calls = watchCalls([watched.dynamodb]);
  return {
    name,
    dynamodb: watched.dynamodb,
    calls,
    put: async (item) => {
      await raw.dynamodb.send(new PutCommand({ TableName: name, Item: item }));
    },
    count: async () => (await raw.dynamodb.send(new ScanCommand({ TableName: name }))).Count ?? 0,
    clear: async () => {
      const { Items = [] } = await raw.dynamodb.send(new ScanCommand({ TableName: name }));
      for (const { workoutId, timestamp } of Items)
        await raw.dynamodb.send(new DeleteCommand({ TableName: name, Key: { workoutId, timestamp } }));
      calls.clear();
    },
    stop: async () => {
      watched.destroy();
      raw.destroy();
      await endpoint.end();
      await service.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
