import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

// A worker thread: dynalite ends the process with an uncaught exception if it cannot open its database.

/** The parts of a table description that are copied. */
export interface OldTable {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly TableId?: string;
  /** Epoch seconds. */
  readonly CreationDateTime?: number;
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}

/** What the worker sends, one after another. It sends the next part after an answer. */
export type Part =
  | { readonly kind: 'table'; readonly table: OldTable }
  | { readonly kind: 'items'; readonly items: readonly unknown[] }
  | { readonly kind: 'end' };

/** dynalite 4 has no types. */
const dynalite = createRequire(import.meta.url)('dynalite') as (options: {
  path: string;
  createTableMs: number;
}) => Server;

const server = dynalite({ path: String(workerData), createTableMs: 0 });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '19700101T000000Z',
      // Required, but not checked.
      authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const reply = (await response.json()) as Record<string, unknown>;
  if (response.ok) return reply;
  throw new Error(`${operation}: ${JSON.stringify(reply)}`);
};

const send = (part: Part): Promise<void> =>
  new Promise((resolve) => {
    parentPort?.once('message', () => resolve());
    parentPort?.postMessage(part);
  });

const tableNames = async (): Promise<string[]> => {
  const names: string[] = [];
  for (let after: unknown; ; ) {
    const { TableNames, LastEvaluatedTableName } = await call('ListTables', {
      ...(after !== undefined && { ExclusiveStartTableName: after }),
    });
    names.push(...(TableNames as string[]));
    if (LastEvaluatedTableName === undefined) return names;
    after = LastEvaluatedTableName;
  }
};

for (const TableName of await tableNames()) {
  const table = (await call('DescribeTable', { TableName }))['Table'] as OldTable;
  // A kill interrupted the creation of the table, so it is empty, and its creation is repeated.
  if (table.TableStatus !== 'ACTIVE') continue;
  await send({ kind: 'table', table });
  for (let after: unknown; ; ) {
    const { Items, LastEvaluatedKey } = await call('Scan', {
      TableName,
      ...(after !== undefined && { ExclusiveStartKey: after }),
    });
    await send({ kind: 'items', items: Items as unknown[] });
    if (LastEvaluatedKey === undefined) break;
    after = LastEvaluatedKey;
  }
}
await new Promise((resolve) => server.close(resolve));
parentPort?.postMessage({ kind: 'end' } satisfies Part);
