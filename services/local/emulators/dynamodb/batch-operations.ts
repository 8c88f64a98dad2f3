import { type Item, parseItem, storableSize } from './attribute-values.ts';
import { addUnits, capacityMode, consumedByTable, readUnits, writeUnits } from './capacity.ts';
import { tableNotFound, validationError } from './errors.ts';
import { parseExpressions } from './expressions.ts';
import { identityOf, keyOfItem, parseKey } from './keys.ts';
import type { Operations } from './operations.ts';
import { projectionOf } from './project-item.ts';
import {
  asMembers,
  checkLength,
  type Members,
  optionalFlag,
  optionalList,
  optionalMembers,
  required,
  tableName,
} from './request.ts';
import type { EncodedKey, Table, TableStore } from './table-store.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_WRITES = 25;

const requestedTables = (members: Members): [name: string, request: unknown][] => {
  const requested = Object.entries(required(optionalMembers(members, 'RequestItems'), 'RequestItems'));
  checkLength(requested.length, 'requestItems', '{}', 1, Number.POSITIVE_INFINITY);
  return requested.map(([given, request]) => [tableName({ TableName: given }), request]);
};

const existing = (store: TableStore, name: string): Table => {
  const table = store.table(name);
  if (table) return table;
  throw tableNotFound();
};

const checkDistinct = (identities: readonly string[]): void => {
  if (new Set(identities).size < identities.length)
    throw validationError('Provided list of item keys contains duplicates');
};

interface TableReads {
  readonly table: Table;
  readonly keys: readonly { readonly item: Item; readonly key: EncodedKey }[];
  readonly consistent: boolean;
  readonly project: (item: Item) => Item;
  /** The request of this table, to repeat what was not read. */
  readonly request: Members;
}

const parseReads = (store: TableStore, name: string, given: unknown): TableReads => {
  const request = asMembers(given, name);
  const { projection } = parseExpressions(request, ['ProjectionExpression']);
  const consistent = optionalFlag(request, 'ConsistentRead') ?? false;
  const raw = required(optionalList(request, 'Keys'), 'Keys');
  checkLength(raw.length, `requestItems.${name}.member.keys`, `[${raw.length} keys]`, 1, MAX_KEYS);
  const table = existing(store, name);
  const keys = raw.map((key) => parseKey(table, key));
  checkDistinct(keys.map(({ key }) => identityOf(table, key)));
  const project = projection ? projectionOf(projection) : (item: Item) => item;
  return { table, keys, consistent, project, request };
};

const parseWrite = (table: Table, given: unknown) => {
  const request = asMembers(given, 'WriteRequest');
  const put = optionalMembers(request, 'PutRequest');
  const remove = optionalMembers(request, 'DeleteRequest');
  if (put ? remove : !remove)
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  if (!put)
    return { table, ...parseKey(table, required(remove?.['Key'] ?? undefined, 'Key')), stored: undefined };
  const item = parseItem(required(put['Item'] ?? undefined, 'Item'));
  const size = storableSize(item);
  return { table, key: keyOfItem(table, item), stored: { item, size } };
};

export const batchOperations = (store: TableStore): Operations => ({
  BatchGetItem: (members) => {
    const mode = capacityMode(members);
    const reads = requestedTables(members).map(([name, request]) => parseReads(store, name, request));
    if (reads.reduce((total, { keys }) => total + keys.length, 0) > MAX_KEYS)
      throw validationError('Too many items requested for the BatchGetItem call');
    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: Record<string, object> = {};
    const units = new Map<string, number>();
    let bytes = 0;
    for (const { table, keys, consistent, project, request } of reads) {
      const items: Item[] = [];
      const left: Item[] = [];
      for (const { item, key } of keys) {
        const stored = bytes < MAX_REPLY_BYTES ? store.get(table, key) : undefined;
        if (bytes + (stored?.size ?? 0) > MAX_REPLY_BYTES || bytes >= MAX_REPLY_BYTES) {
          bytes = MAX_REPLY_BYTES;
          left.push(item);
          continue;
        }
        bytes += stored?.size ?? 0;
        addUnits(units, table.name, readUnits(stored?.size ?? 0, consistent));
        if (stored) items.push(project(stored.item()));
      }
      Responses[table.name] = items;
      if (left.length > 0) UnprocessedKeys[table.name] = { ...request, Keys: left };
    }
    return { Responses, UnprocessedKeys, ...consumedByTable(mode, units) };
  },
  BatchWriteItem: (members) => {
    const mode = capacityMode(members);
    const requested = requestedTables(members).map(([name, given]) => {
      const list = required(optionalList({ [name]: given }, name), name);
      checkLength(list.length, 'requestItems', `{${name}=[${list.length} requests]}`, 1, MAX_WRITES);
      return [name, list] as const;
    });
    if (requested.reduce((total, [, list]) => total + list.length, 0) > MAX_WRITES)
      throw validationError('Too many items requested for the BatchWriteItem call');
    const writes = requested.flatMap(([name, list]) => {
      const table = existing(store, name);
      return list.map((each) => parseWrite(table, each));
    });
    checkDistinct(writes.map(({ table, key }) => identityOf(table, key)));
    const units = new Map<string, number>();
    for (const { table, key, stored } of writes) {
      const before = store.get(table, key)?.size ?? 0;
      addUnits(units, table.name, writeUnits(before, stored?.size ?? 0));
      if (stored) store.put(table, key, stored.item, stored.size);
      else store.delete(table, key);
    }
    return { UnprocessedItems: {}, ...consumedByTable(mode, units) };
  },
});
