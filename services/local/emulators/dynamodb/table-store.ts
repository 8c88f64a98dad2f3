import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { array, boolean, number, object, string } from 'yup';
import { AppError, type Consequences, INCORRECT } from '../../../../shared/core/errors.ts';

import { createFile } from '../../data-folder/write-durably.ts';
import { openBytes } from '../open-bytes.ts';
import type { AttributeValue, Item } from './attribute-values.ts';
import { encodeKey, type KeyType } from './key-codec.ts';

/** A key attribute of a table. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

const definitionSchema = object({
  id: string().required(),
  partition: object({ name: string().required(), type: string<KeyType>().required() }).required(),
  sort: object({ name: string().required(), type: string<KeyType>().required() })
    .optional()
    .default(undefined),
  /** Epoch milliseconds. */
  createdAt: number().required(),
  billingMode: string<'PROVISIONED' | 'PAY_PER_REQUEST'>().required(),
  throughput: object({ read: number().required(), write: number().required() }).required(),
  timeToLiveAttribute: string(),
  deletionProtected: boolean().required(),
  tags: array(object({ Key: string().required(), Value: string().defined() }).required()).required(),
}).required();

/** What is stored about a table. */
export interface TableDefinition {
  /** TableId, a UUID. */
  readonly id: string;
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly throughput: { readonly read: number; readonly write: number };
  readonly timeToLiveAttribute?: string | undefined;
  readonly deletionProtected: boolean;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** An open table. */
export interface Table extends TableDefinition {
  readonly name: string;
  /** The number of its SQLite table. */
  readonly number: number;
}

/** The encoded key of an item. `sort` is empty in a table without a sort key. */
export interface EncodedKey {
  readonly partition: Buffer;
  readonly sort: Buffer;
}

export const keyAttributes = ({ partition, sort }: TableDefinition): readonly KeyAttribute[] =>
  sort ? [partition, sort] : [partition];

/** The segment of a parallel scan that holds a partition. */
export const segmentOf = (partition: Uint8Array, total: number): number => crc32(partition) % total;

const NO_SORT_KEY = Buffer.alloc(0);

/** Encodes the key attributes of an item, whose types are checked. */
export const keyOf = ({ partition, sort }: TableDefinition, item: Item): EncodedKey => ({
  partition: encodeKey(item[partition.name] as AttributeValue),
  sort: sort ? encodeKey(item[sort.name] as AttributeValue) : NO_SORT_KEY,
});

/** An item as it is stored. */
export class StoredItem {
  /** The bytes that DynamoDB counts. */
  readonly size: number;
  private readonly json: string;

  constructor(json: string, size: number) {
    this.json = json;
    this.size = size;
  }

  /** A new copy of the item on each call. */
  item(): Item {
    return JSON.parse(this.json) as Item;
  }
}

/** Which items of a table to read, in which order. */
export interface Range {
  /** Only the items of this partition. */
  readonly partition?: Buffer;
  /** The first and the last sort key. */
  readonly low?: Bound;
  readonly high?: Bound;
  /** Start after this item. */
  readonly after?: EncodedKey;
  readonly descending?: boolean;
  /** Only the partitions of one of `total` segments. */
  readonly segment?: { readonly index: number; readonly total: number };
}

interface Bound {
  readonly key: Buffer;
  readonly inclusive: boolean;
}

/** The content of the file contradicts itself. */
class DamagedFile extends AppError {
  override readonly name = 'DamagedFile';
  override readonly consequences: Consequences = INCORRECT;
}

/** What is stored of an item, text as JavaScript reads it or as its bytes. */
interface Row {
  readonly partition: Uint8Array;
  readonly sort: Uint8Array;
  readonly size: number;
  readonly item: string | Uint8Array;
}

interface StoredRow extends Row {
  readonly checksum: number;
}

/** Covers the key too: an item with a damaged key would look absent. */
const checksumOf = ({ partition, sort, size, item }: Row): number =>
  [partition, sort, item].reduce<number>(
    (checksum, part) => crc32(part, checksum),
    crc32(`${partition.length} ${sort.length} ${size}`),
  );

const definitionChecksum = (id: number, name: string, definition: string): number =>
  crc32(JSON.stringify([id, name, definition]));

/** SQLITE_CORRUPT and SQLITE_NOTADB, https://sqlite.org/rescode.html. */
const DAMAGE_CODES: readonly number[] = [11, 26];

/** Whether SQLite or the store found damage. */
export const isDamage = (error: unknown): boolean => {
  if (error instanceof DamagedFile) return true;
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  // Extended codes have the primary code in the low byte.
  return typeof code === 'number' && DAMAGE_CODES.includes(code & 0xff);
};

/** The version of the tables in the file. */
const FORMAT = 2;

const SCHEMA = `
  CREATE TABLE dynamodb_tables (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    checksum INTEGER NOT NULL
  );
  PRAGMA user_version = ${FORMAT};
`;

/** Tables in one SQLite file. Every change waits for {@link committed} before it is acknowledged. */
export class TableStore {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private tables = new Map<string, Table>();
  private pending: PromiseWithResolvers<void> | undefined;

  /** Creates a file without tables, with mode 0600, which SQLite also gives to its log. */
  static create(path: string): TableStore {
    createFile(path);
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA journal_mode = WAL; BEGIN; ${SCHEMA} COMMIT`);
    database.close();
    return new TableStore(path);
  }

  /** Checks the bytes of a file. Throws {@link DamagedFile} or an error of SQLite. */
  static verify(bytes: Uint8Array): void {
    new TableStore(bytes).close();
  }

  /** Opens a file, or its bytes in memory. Throws {@link DamagedFile} or an error of SQLite. */
  constructor(source: string | Uint8Array) {
    this.database = typeof source === 'string' ? new DatabaseSync(source) : openBytes(source);
    try {
      this.open();
      if (typeof source === 'string') this.checkJournal();
    } catch (error: unknown) {
      this.database.close();
      throw error;
    }
  }

  private open(): void {
    this.database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA cell_size_check = ON;
    `);
    const version = this.single('PRAGMA user_version', 'user_version');
    if (version === 0) throw new DamagedFile('it has no tables');
    if (version !== FORMAT)
      throw new Error(`it has the format ${version} of another version, this version reads ${FORMAT}`);
    const check = this.single('PRAGMA quick_check(1)', 'quick_check');
    if (check !== 'ok') throw new DamagedFile(String(check));
    this.database.function('segment_of', { deterministic: true }, (key, total) =>
      key instanceof Uint8Array ? segmentOf(key, Number(total)) : 0,
    );
    this.load();
    for (const table of this.tables.values()) this.verify(table);
  }

  /** The header decides whether SQLite reads the log. */
  private checkJournal(): void {
    const mode = this.single('PRAGMA journal_mode', 'journal_mode');
    if (mode !== 'wal') throw new DamagedFile(`its journal mode is ${mode}`);
  }

  /** Reads every item, because one whose key is damaged is not found by the right key. 20 MB take 60 ms. */
  private verify(table: Table): void {
    const rows = this.database
      .prepare(
        `SELECT partition, sort, size, checksum, CAST(item AS BLOB) AS item FROM items_${table.number}`,
      )
      .iterate();
    for (const row of rows) this.check(row as unknown as StoredRow, table);
  }

  private check(row: StoredRow, { name }: Table): void {
    if (checksumOf(row) !== row.checksum)
      throw new DamagedFile(`an item of the table ${name} has a wrong checksum`);
  }

  private single(sql: string, column: string): unknown {
    return this.database.prepare(sql).get()?.[column];
  }

  private load(): void {
    this.tables = new Map();
    const rows = this.database
      .prepare('SELECT number, name, definition, checksum FROM dynamodb_tables')
      .all();
    for (const row of rows) {
      const [id, name, definition] = [Number(row['number']), String(row['name']), String(row['definition'])];
      if (definitionChecksum(id, name, definition) !== row['checksum'])
        throw new DamagedFile(`the definition of the table ${name} has a wrong checksum`);
      this.tables.set(name, { ...definitionSchema.validateSync(JSON.parse(definition)), name, number: id });
    }
  }

  table(name: string): Table | undefined {
    return this.tables.get(name);
  }

  /** The names of all tables in order. */
  names(): string[] {
    return [...this.tables.keys()].sort();
  }

  createTable(name: string, definition: TableDefinition): Table {
    return this.write(() => {
      const id = Number(this.single('SELECT coalesce(max(number), 0) + 1 AS id FROM dynamodb_tables', 'id'));
      const text = JSON.stringify(definition);
      this.prepare(
        'INSERT INTO dynamodb_tables (number, name, definition, checksum) VALUES (?, ?, ?, ?)',
      ).run(id, name, text, definitionChecksum(id, name, text));
      // Without a rowid, an item is found in one search, and a partition is read in order.
      this.database.exec(`
        CREATE TABLE items_${id} (
          partition BLOB NOT NULL,
          sort BLOB NOT NULL,
          size INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          item TEXT NOT NULL,
          PRIMARY KEY (partition, sort)
        ) WITHOUT ROWID
      `);
      const table = { ...definition, name, number: id };
      this.tables.set(name, table);
      return table;
    });
  }

  updateTable(table: Table, changed: Partial<TableDefinition>): Table {
    const { name, number: id, ...definition } = { ...table, ...changed };
    return this.write(() => {
      const text = JSON.stringify(definition);
      this.prepare('UPDATE dynamodb_tables SET definition = ?, checksum = ? WHERE number = ?').run(
        text,
        definitionChecksum(id, name, text),
        id,
      );
      const updated = { ...definition, name, number: id };
      this.tables.set(name, updated);
      return updated;
    });
  }

  deleteTable(table: Table): void {
    this.write(() => {
      this.prepare('DELETE FROM dynamodb_tables WHERE number = ?').run(table.number);
      // A prepared statement of the table would keep it from being dropped.
      this.statements.clear();
      this.database.exec(`DROP TABLE items_${table.number}`);
      this.tables.delete(table.name);
    });
  }

  /** The number of items in a table and their bytes. */
  measure(table: Table): { count: number; bytes: number } {
    const row = this.prepare(
      `SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM items_${table.number}`,
    ).get();
    return { count: Number(row?.['count']), bytes: Number(row?.['bytes']) };
  }

  get(table: Table, key: EncodedKey): StoredItem | undefined {
    const row = this.prepare(
      `SELECT size, checksum, item FROM items_${table.number} WHERE partition = ? AND sort = ?`,
    ).get(key.partition, key.sort);
    return row && this.decode({ ...key, ...row }, table);
  }

  put(table: Table, key: EncodedKey, item: Item, size: number): void {
    const json = JSON.stringify(item);
    this.write(() =>
      this.prepare(
        `INSERT INTO items_${table.number} (partition, sort, size, checksum, item) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET size = excluded.size, checksum = excluded.checksum, item = excluded.item`,
      ).run(key.partition, key.sort, size, checksumOf({ ...key, size, item: json }), json),
    );
  }

  delete(table: Table, key: EncodedKey): void {
    this.write(() =>
      this.prepare(`DELETE FROM items_${table.number} WHERE partition = ? AND sort = ?`).run(
        key.partition,
        key.sort,
      ),
    );
  }

  /** Reads the items of a range one by one. */
  *range(table: Table, range: Range): Generator<StoredItem> {
    const { partition, low, high, after, segment } = range;
    const [order, beyond] = range.descending ? ['DESC', '<'] : ['ASC', '>'];
    const terms: string[] = [];
    const values: SQLInputValue[] = [];
    const add = (term: string, ...given: SQLInputValue[]): void => {
      terms.push(term);
      values.push(...given);
    };
    if (partition) add('partition = ?', partition);
    if (low) add(`sort ${low.inclusive ? '>=' : '>'} ?`, low.key);
    if (high) add(`sort ${high.inclusive ? '<=' : '<'} ?`, high.key);
    if (after) {
      if (partition) add(`sort ${beyond} ?`, after.sort);
      else add(`(partition, sort) ${beyond} (?, ?)`, after.partition, after.sort);
    }
    if (segment) add('segment_of(partition, ?) = ?', segment.total, segment.index);
    const where = terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '';
    const rows = this.prepare(
      `SELECT partition, sort, size, checksum, item FROM items_${table.number} ${where} ORDER BY partition ${order}, sort ${order}`,
    ).iterate(...values);
    for (const row of rows) yield this.decode(row, table);
  }

  private decode(columns: object, table: Table): StoredItem {
    const row = columns as StoredRow & { item: string };
    this.check(row, table);
    return new StoredItem(row.item, row.size);
  }

  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  /**
   * Makes a change in the transaction of this turn of the event loop, which all requests of the turn share: they cost one
   * sync of the disk (about 2 ms), not one each.
   */
  private write<T>(change: () => T): T {
    if (!this.pending) {
      this.database.exec('BEGIN IMMEDIATE');
      this.pending = Promise.withResolvers();
      // Replies await it. A failure must not end the process.
      this.pending.promise.catch(() => undefined);
      setImmediate(() => this.commit());
    }
    try {
      return change();
    } catch (error: unknown) {
      this.abandon(error);
      throw error;
    }
  }

  private commit(): void {
    const { pending } = this;
    if (!pending) return;
    try {
      this.database.exec('COMMIT');
      this.pending = undefined;
      pending.resolve();
    } catch (error: unknown) {
      this.abandon(error);
    }
  }

  /** Undoes every change of the transaction: none of them was acknowledged. */
  private abandon(error: unknown): void {
    const { pending } = this;
    this.pending = undefined;
    try {
      // SQLite has already rolled back after some errors, such as a full disk.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.statements.clear();
      this.load();
    } finally {
      pending?.reject(error);
    }
  }

  /** Resolves when every change so far is on disk. Rejects if it could not be written. */
  async committed(): Promise<void> {
    await this.pending?.promise;
  }

  /** The bytes of the file with every change so far, as SQLite would write them without a log. */
  copy(): Uint8Array {
    this.commit();
    return this.database.serialize();
  }

  close(): void {
    this.commit();
    this.statements.clear();
    this.database.close();
  }
}
