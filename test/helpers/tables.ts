import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';
import { credentialsFile, webhookSecretFile } from '../../services/local/data-folder/secret-file.ts';
import { createSsm } from '../../services/local/emulators/ssm.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { AwsCalls } from './aws-calls.ts';
import { type TestClock, testClock } from './clock.ts';
import { emptyTables, openEmbeddedTables } from './embedded-tables.ts';

const KEYS = {
  [LOGICAL_ID.ouraSleepTable]: { date: 'S' },
  [LOGICAL_ID.ouraSyncTable]: { pk: 'S' },
} as const;

/** Clears both tables. */
export const clearTables = (dynamodb: DynamoDBDocumentClient): Promise<void> => emptyTables(dynamodb, KEYS);

/** The SSM parameters, stored in credentials.json and webhook.json of the folder. */
export const PARAMETER = '/oura/key';
export const WEBHOOK_PARAMETER = '/OuraSleepSync/webhook';

/** Only the two tables and SSM, which start one second faster than the whole stack. */
export interface TestTables {
  /** The client for the code under test; `calls` records it. */
  readonly dynamodb: DynamoDBDocumentClient;
  /** A client whose calls are not recorded, to act as another process and to inspect data. */
  readonly raw: DynamoDBDocumentClient;
  readonly calls: AwsCalls;
  /** Serves the parameters; `calls` records it. */
  readonly ssm: SSMClient;
  readonly dataDir: string;
  /** For commands that run as processes. */
  readonly endpoint: { readonly url: string; readonly keys: AccessKeys };
  readonly clock: TestClock;
  /** Clears the tables and the recorded calls. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** The parameters in `dataDir`. */
const ssmOf = (dataDir: string) =>
  createSsm({}, [
    { name: PARAMETER, ...credentialsFile(dataDir) },
    { name: WEBHOOK_PARAMETER, ...webhookSecretFile(dataDir) },
  ]);

/** Starts an embedded DynamoDB with the two tables, and SSM, in a temporary folder. */
export const openTables = async (): Promise<TestTables> => {
  const services = await openEmbeddedTables(KEYS, (dataDir) => ({ AmazonSSM: ssmOf(dataDir) }));
  const { watched, raw, calls, dataDir, url, keys, stop } = services;
  return {
    dynamodb: watched.dynamodb,
    raw: raw.dynamodb,
    calls,
    ssm: watched.ssm,
    dataDir,
    endpoint: { url, keys },
    clock: testClock('2026-03-10T12:00:00-07:00'),
    clear: async () => {
      await clearTables(raw.dynamodb);
      for (const file of ['credentials.json', 'webhook.json']) await rm(join(dataDir, file), { force: true });
      calls.clear();
    },
    stop,
  };
};
