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
/** dynalite 4 comes without types. */
const dynalite = requireHere('dynalite') as (options: { path: string; createTableMs: number }) => Server;

/** The LevelDB that dynalite opens: asked of dynalite's own dependencies, so that it is the same one. */
const levelOf = (path: string): LevelDatabase => {
  const dynaliteRequire = createRequire(requireHere.resolve('dynalite'));
  const { Level } = dynaliteRequire('level') as { Level: new (path: string) => LevelDatabase };
  return new Level(path);
};

/**
 * Forgets the tables whose making was cut off by a kill. dynalite keeps their descriptions under `table~`; a table that is
 * still CREATING was never usable, hence is empty, and dynalite would neither finish nor delete it.
 */
const dropHalfMade = async (level: LevelDatabase): Promise<void> => {
  for await (const [key, value] of level.iterator({ gt: 'table~', lt: 'table~\uffff' })) {
    if ((JSON.parse(value) as { TableStatus?: string }).TableStatus === 'CREATING') await level.del(key);
  }
};

/** dynalite makes an uncaught exception of a database it cannot open; this makes an error of it beforehand. */
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
  await dropHalfMade(level);
  await level.close();
};

/** Hands a call to dynalite as the request it listens for: no socket, hence none that could break off half-way. */
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
 * @param dataDir the folder that this process owns
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
    // dynalite closes its database when its server closes, which must have listened for that: on a loopback port
    // that is closed before anybody could know it.
    end: async () => {
      // A call that met a closed database would be an uncaught exception: of an invocation that outlived the grace, say.
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

const ACTIVE_LOOK_MS = 10;
/** Five seconds: dynalite takes a few turns of the event loop, which a busy machine makes long. */
const ACTIVE_LOOKS = 500;

/**
 * Until it is ACTIVE a table is not there for anybody, and CreateTable answers before. Throws {@link DataFolderBroken} where
 * it never becomes so: a process was killed while it made the table.
 */
const active = async (dynamodb: DynamoDBClient, name: string, dataDir: string): Promise<void> => {
  for (let look = 0; look < ACTIVE_LOOKS; look++) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await delay(ACTIVE_LOOK_MS);
  }
  throw new DataFolderBroken(dataDir, `the table ${name} in it is half made`);
};

/**
 * Creates a table unless it is there, and waits until it can be used. Throws {@link DataFolderBroken} where it is there
 * with another key: its items could not be read as the template means them.
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
      throw new DataFolderBroken(dataDir, `the table ${TableName} in it has another key`);
    }
  } catch (error: unknown) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await dynamodb.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST' }));
  }
  await active(dynamodb, TableName, dataDir);
};
