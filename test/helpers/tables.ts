import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { DeleteCommand, type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createOwnClients } from '../../services/local/clients.ts';
import { readCredentialsFile, writeCredentialsFile } from '../../services/local/credentials-file.ts';
import { createTables, openDynamoDb } from '../../services/local/dynamodb.ts';
import { startEndpoint } from '../../services/local/endpoint.ts';
import { createSsm } from '../../services/local/ssm.ts';
import { LOGICAL_ID } from '../../shared/contract/names.ts';
import { type AwsCalls, watchCalls } from './aws-calls.ts';
import { type TestClock, testClock } from './clock.ts';

const KEYS = { [LOGICAL_ID.ouraSleepTable]: 'date', [LOGICAL_ID.ouraSyncTable]: 'pk' } as const;

/** Empties both tables. */
export const clearTables = async (dynamodb: DynamoDBDocumentClient): Promise<void> => {
  const cleared = Object.entries(KEYS).map(async ([TableName, key]) => {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
    await Promise.all(
      Items.map((item) => dynamodb.send(new DeleteCommand({ TableName, Key: { [key]: item[key] } }))),
    );
  });
  await Promise.all(cleared);
};

/** The parameter that SSM keeps, in credentials.json of the folder. */
export const PARAMETER = '/oura/key';

/** The two tables and SSM alone, for tests that need nothing else of the stack: a second less to open. */
export interface TestTables {
  /** The client that the code under test is given; watched by `calls`. */
  readonly dynamodb: DynamoDBDocumentClient;
  /** A client that nobody watches: for what others do, and for looking in. */
  readonly raw: DynamoDBDocumentClient;
  readonly calls: AwsCalls;
  /** Serves {@link PARAMETER}; watched by `calls`. */
  readonly ssm: SSMClient;
  readonly dataDir: string;
  readonly clock: TestClock;
  /** Empties the tables and forgets the calls. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens an embedded DynamoDB with the two tables, and SSM, in a temporary folder. */
export const openTables = async (): Promise<TestTables> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-tables-'));
  const endpoint = await startEndpoint(0);
  const service = await openDynamoDb(dataDir);
  endpoint.serve({
    DynamoDB_20120810: service.service,
    AmazonSSM: createSsm(
      {},
      {
        name: PARAMETER,
        read: () => readCredentialsFile(dataDir),
        write: (value) => writeCredentialsFile(dataDir, value),
      },
    ),
  });
  const watched = createOwnClients(endpoint);
  const raw = createOwnClients(endpoint);
  const tables = Object.entries(KEYS).map(([logicalId, key]) => ({
    logicalId,
    properties: {
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' as const }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' as const }],
    },
    metadata: {},
  }));
  await createTables(raw.dynamodb, tables, dataDir);
  const calls = watchCalls([watched.dynamodb, watched.ssm]);
  return {
    dynamodb: watched.dynamodb,
    raw: raw.dynamodb,
    calls,
    ssm: watched.ssm,
    dataDir,
    clock: testClock('2026-03-10T12:00:00-07:00'),
    clear: async () => {
      await clearTables(raw.dynamodb);
      await rm(join(dataDir, 'credentials.json'), { force: true });
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
