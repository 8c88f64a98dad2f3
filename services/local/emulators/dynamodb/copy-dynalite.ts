import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { itemSize, parseItem } from './attribute-values.ts';
import type { OldTable, Part } from './dynalite-reader.ts';
import { type KeyAttribute, keyOf, type Table, type TableStore } from './table-store.ts';

const keysOf = ({ TableName, KeySchema, AttributeDefinitions }: OldTable): KeyAttribute[] =>
  KeySchema.map(({ AttributeName: name }) => {
    const defined = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
    if (!defined) throw new Error(`the table ${TableName} does not define its key ${name}`);
    return { name, type: defined.AttributeType };
  });

const createTable = (store: TableStore, old: OldTable): Table => {
  const [partition, sort] = keysOf(old);
  if (!partition) throw new Error(`the table ${old.TableName} has no key`);
  return store.createTable(old.TableName, {
    id: old.TableId ?? randomUUID(),
    partition,
    ...(sort && { sort }),
    createdAt: old.CreationDateTime === undefined ? Date.now() : old.CreationDateTime * 1000,
    billingMode: 'PAY_PER_REQUEST',
    throughput: { read: 0, write: 0 },
    deletionProtected: false,
    tags: [],
  });
};

/** Copies every table that dynalite keeps in a folder. Rejects with what dynalite throws. */
export const copyDynalite = async (from: string, store: TableStore): Promise<void> => {
  const worker = new Worker(new URL('./dynalite-reader.ts', import.meta.url), {
    workerData: from,
    execArgv: [],
  });
  let table: Table | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the reader of the old tables ended with ${code}`)));
      worker.on('message', (part: Part) => {
        try {
          if (part.kind === 'end') return resolve();
          if (part.kind === 'table') table = createTable(store, part.table);
          else copyItems(store, table, part.items);
          store.committed().then(() => worker.postMessage('next'), reject);
        } catch (error: unknown) {
          reject(error);
        }
      });
    });
  } finally {
    await worker.terminate();
  }
};

const copyItems = (store: TableStore, table: Table | undefined, items: readonly unknown[]): void => {
  if (!table) throw new Error('an item without a table');
  for (const raw of items) {
    const item = parseItem(raw);
    store.put(table, keyOf(table, item), item, itemSize(item));
  }
};
