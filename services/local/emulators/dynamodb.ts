import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { reasonOf } from '../data-folder/data-folder.ts';
import { DataFolderBroken, DataFolderInUse } from '../data-folder/errors.ts';
import type { AwsCall, AwsReply, AwsService } from './aws-json.ts';

/** The embedded DynamoDB. */
export interface DynamoDb {
  readonly service: AwsService;
  end(): Promise<void>;
}

interface LevelDatabase {
  open(): Promise<void>;
  iterator(range: { gt: string; lt: string }): AsyncIterable<[key: string, value: string]>;
  del(key: string): Promise<void>;
  close(): Promise<void>;
}

const requireHere = createRequire(import.meta.url);
/** dynalite 4 has no types. */
const dynalite = requireHere('dynalite') as (options: { path: string; createTableMs: number }) => Server;

/** Opens LevelDB with the version that dynalite depends on. */
const levelOf = (path: string): LevelDatabase => {
  const dynaliteRequire = createRequire(requireHere.resolve('dynalite'));
  const { Level } = dynaliteRequire('level') as { Level: new (path: string) => LevelDatabase };
  return new Level(path);
};

/**
 * Deletes tables whose creation was interrupted by a kill. dynalite stores table descriptions under `table~`. A table with
 * the status CREATING is empty, and dynalite would neither finish nor delete it.
 */
const dropIncomplete = async (level: LevelDatabase): Promise<void> => {
  for await (const [key, value] of level.iterator({ gt: 'table~', lt: 'table~\uffff' })) {
    if ((JSON.parse(value) as { TableStatus?: string }).TableStatus === 'CREATING') await level.del(key);
  }
};

/** Checks the database first, because dynalite throws an uncaught exception if it cannot open it. */
const probe = async (dataDir: string, path: string): Promise<void> => {
  const level = levelOf(path);
  try {
    await level.open();
  } catch (error: unknown) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED')
      throw new DataFolderInUse(dataDir);
    throw new DataFolderBroken(dataDir, reasonOf(cause), error);
  }
  await dropIncomplete(level);
  await level.close();
};

/** Passes a call to dynalite as an HTTP request without a socket. */
const dispatch = (server: Server, { headers, body }: AwsCall): Promise<AwsReply> =>
  new Promise((resolve) => {
    const request = Object.assign(Readable.from([Buffer.from(body)]), { headers, method: 'POST', url: '/' });
    const replied: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => {
        replied[name.toLowerCase()] = String(value);
      },
      end: (text = '') => resolve({ status: response.statusCode, headers: replied, body: text }),
    };
    server.emit('request', request, response);
  });

/**
 * Opens the tables on disk. Throws {@link DataFolderInUse} or {@link DataFolderBroken}.
 * @param dataDir a folder that this process has locked
 */
export const openDynamoDb = async (dataDir: string): Promise<DynamoDb> => {
  const path = join(dataDir, 'dynamodb');
  await probe(dataDir, path);
  const server = dynalite({ path, createTableMs: 0 });
  const running = new Set<Promise<AwsReply>>();
  let ended = false;
  return {
    service: (call) => {
      if (ended) return Promise.reject(new Error('The tables are being closed'));
      const reply = dispatch(server, call).finally(() => running.delete(reply));
      running.add(reply);
      return reply;
    },
    // dynalite closes its database when its server closes, and only a server that listens can close. So it listens on a
    // loopback port for a moment.
    end: async () => {
      // A call to a closed database, such as one by an invocation that exceeded the grace period, would throw an uncaught
      // exception.
      ended = true;
      await Promise.all(running);
      await new Promise<void>((resolve, reject) => {
        server.listen(0, '127.0.0.1', () =>
          server.close((error?: Error | null) => (error ? reject(error) : resolve())),
        );
      });
    },
  };
};

const sameKeys = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const ACTIVE_POLL_MS = 10;
/** Five seconds. dynalite takes a few turns of the event loop, which are long on a busy machine. */
const ACTIVE_POLLS = 500;

/**
 * Waits until a table is ACTIVE: CreateTable returns before a table can be used. Throws {@link DataFolderBroken} if a
 * process was killed while it created the table.
 */
const waitUntilActive = async (dynamodb: DynamoDBClient, name: string, dataDir: string): Promise<void> => {
  for (let poll = 0; poll < ACTIVE_POLLS; poll++) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await delay(ACTIVE_POLL_MS);
  }
  throw new DataFolderBroken(dataDir, `the creation of its table ${name} was interrupted`);
};

/**
 * Creates a table if it is missing, and waits until it can be used. Throws {@link DataFolderBroken} if it exists with
 * another key.
 */
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
  await waitUntilActive(dynamodb, TableName, dataDir);
};
