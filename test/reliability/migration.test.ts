import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { readSettings } from '../../cdk/settings.ts';
import { createTable } from '../../services/local/emulators/create-table.ts';
import { type LocalServices, openLocal } from '../../services/local/start.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { stackTemplate } from '../helpers/stack-template.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { LAST_OVER, NOON, STANDING_CLOCK, startPipeline, TIME_ZONE } from './support/pipeline.ts';
import { chanceOf, SEED } from './support/seed.ts';

const DAYS = 400;
const KILLS = 50;
const KILLS_PER_FOLDER = 5;
const TABLES = { [LOGICAL_ID.ouraSleepTable]: 'date', [LOGICAL_ID.ouraSyncTable]: 'pk' };
const PROCESS = join(import.meta.dirname, 'support', 'migration-process.ts');

type Items = Record<string, Record<string, AttributeValue>[]>;

const clock = clockFrom(NOON);
const home = mkdtempSync(join(tmpdir(), 'oura-sleep-sync-migration-'));
const original = join(home, 'original');
let ring: Awaited<ReturnType<typeof startRingSimulator>>;
/** What the old tables hold. */
let expected: Items;

const scanAll = async (client: DynamoDBClient): Promise<Items> => {
  const tables: Items = {};
  for (const [TableName, key] of Object.entries(TABLES)) {
    const pages = await Array.fromAsync(paginateScan({ client }, { TableName }));
    tables[TableName] = pages
      .flatMap(({ Items = [] }) => Items)
      .sort((one, other) => (String(one[key]?.S) < String(other[key]?.S) ? -1 : 1));
  }
  return tables;
};

const tablesOf = ({ endpoint, clients }: Pick<LocalServices, 'endpoint' | 'clients'>): Promise<Items> => {
  const { credentials } = clients.sqs.config;
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  return scanAll(client).finally(() => client.destroy());
};

/** Writes items with dynalite, as versions before 0.3 did. */
const writeOldTables = async (items: Items): Promise<void> => {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ path: join(original, 'dynamodb'), createTableMs: 0 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  for (const [TableName, key] of Object.entries(TABLES)) {
    const AttributeDefinitions = [{ AttributeName: key, AttributeType: 'S' as const }];
    const KeySchema = [{ AttributeName: key, KeyType: 'HASH' as const }];
    await createTable(client, { TableName, AttributeDefinitions, KeySchema }, original);
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.1 }, { TableName });
    for (const Item of items[TableName] ?? []) await client.send(new PutItemCommand({ TableName, Item }));
  }
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
};

beforeAll(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, seed: SEED });
  const source = join(home, 'source');
  const runtime = await startPipeline({ dataDir: source, clock, baseUrl: ring.url });
  await startLocalRun(runtime, 'source', { trigger: 'manual', days: DAYS, to: LAST_OVER });
  await runtime.waitForExecution('source');
  await runtime.idle();
  expected = await tablesOf(runtime);
  await runtime.stop();
  await writeOldTables(expected);
});
afterAll(async () => {
  await ring.stop();
  rmSync(home, { recursive: true });
});

let folders = 0;
const copyOfOriginal = (): string => {
  const dataDir = join(home, `copy-${folders++}`);
  cpSync(original, dataDir, { recursive: true });
  return dataDir;
};

/** Opens the folder in a process. @param limitKb the largest file that the process may write */
const opening = (dataDir: string, limitKb?: number) => {
  const command = [process.execPath, PROCESS, dataDir];
  const child =
    limitKb === undefined
      ? spawn(command[0] ?? '', command.slice(1))
      : spawn('bash', ['-c', `ulimit -f ${limitKb}; exec "$@"`, 'bash', ...command]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'close').then(([code]) => ({ code, stderr }));
  return {
    ended,
    kill: () => child.kill('SIGKILL'),
    has: async (text: string) => {
      while (!said.join('').includes(text) && child.exitCode === null) await sleep(1);
    },
  };
};

const keepsOriginal = (dataDir: string): boolean =>
  ['dynamodb', 'dynamodb.before-0.3'].some((name) => existsSync(join(dataDir, name, 'CURRENT')));

/** Opens the folder, and expects the tables to be those of the original. */
const expectTables = async (dataDir: string): Promise<void> => {
  const settings = readSettings({});
  const template = await stackTemplate(settings);
  const services = await openLocal({ settings, template, dataDir, clock, secrets: {}, console });
  try {
    expect(await tablesOf(services)).toEqual(expected);
  } finally {
    await services.stop();
  }
};

test(`${KILLS} kills at random moments of the copy leave the same tables, and the old ones until a run succeeds`, async () => {
  const begun = performance.now();
  expect(expected[LOGICAL_ID.ouraSleepTable]?.length).toBeGreaterThan(DAYS * 0.9);
  const undisturbed = opening(copyOfOriginal());
  await undisturbed.has('begun');
  const copyBegun = performance.now();
  await undisturbed.has('open');
  const copyMs = performance.now() - copyBegun;
  expect(await undisturbed.ended).toEqual({ code: 0, stderr: '' });

  const chance = chanceOf('migration');
  let inTime = 0;
  for (let kills = 0; kills < KILLS; ) {
    const dataDir = copyOfOriginal();
    for (let index = 0; index < KILLS_PER_FOLDER; index++, kills++) {
      const victim = opening(dataDir);
      await victim.has('begun');
      await sleep(chance() * copyMs * 1.3);
      victim.kill();
      await victim.ended;
      expect(keepsOriginal(dataDir)).toBe(true);
      if (!existsSync(join(dataDir, 'dynamodb.sqlite'))) inTime++;
    }
    await expectTables(dataDir);
    expect(keepsOriginal(dataDir)).toBe(true);

    const runtime = await startPipeline({ dataDir, clock, baseUrl: ring.url });
    await startLocalRun(runtime, 'first', { trigger: 'manual', days: 3, to: LAST_OVER });
    expect(await runtime.waitForExecution('first')).toMatchObject({ output: { status: 'complete' } });
    await runtime.stop();
    expect(keepsOriginal(dataDir)).toBe(false);
    rmSync(dataDir, { recursive: true });
  }
  expect(inTime).toBeGreaterThan(KILLS / 4);
  report({
    what: 'migration: SIGKILL',
    dates: DAYS,
    injected: KILLS,
    stored: expected[LOGICAL_ID.ouraSleepTable]?.length ?? 0,
    no_data: 0,
    parked: 0,
    lost: 0,
    seconds: secondsSince(begun),
    note: `${inTime} before the copy was complete`,
  });
});

test.each([
  ['dynalite', 50, /^The data folder .*: dynamodb: /],
  ['SQLite', 1000, /: dynamodb is intact, but cannot be copied to dynamodb\.sqlite .*\. Is the disk full\?$/],
])(
  'a disk on which %s cannot write is reported by name, and the old tables stay',
  async (_who, limitKb, sentence) => {
    const dataDir = copyOfOriginal();
    const { code, stderr } = await opening(dataDir, limitKb).ended;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(sentence)]);
    expect(existsSync(join(dataDir, 'dynamodb.sqlite'))).toBe(false);
    expect(keepsOriginal(dataDir)).toBe(true);
    await expectTables(dataDir);
  },
);
