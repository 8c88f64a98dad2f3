import { csvOf } from './csv.ts';
import { parquetOf } from './parquet.ts';
import { sqliteOf } from './sqlite.ts';
import type { Metadata, Table } from './table.ts';

export const TABLE_FORMATS = ['csv', 'json', 'jsonl', 'parquet', 'sqlite'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The formats that are bytes, not text. */
export const BINARY_FORMATS: readonly TableFormat[] = ['parquet', 'sqlite'];

const objectsOf = ({ columns, rows }: Table) =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));

/**
 * Formats the table in pieces. JSON objects have the column names as keys; null stays null. `bom`: see csv.ts. Only the binary
 * formats have the metadata, and only SQLite has the name.
 */
export const piecesOf = (
  table: Table,
  format: TableFormat,
  { name, bom, metadata }: { name: string; bom: boolean; metadata: Metadata },
): Iterable<string | Uint8Array> => {
  switch (format) {
    case 'csv':
      return csvOf(table, { bom });
    case 'json':
      return [`${JSON.stringify(objectsOf(table), null, 2)}\n`];
    case 'jsonl':
      return objectsOf(table).map((object) => `${JSON.stringify(object)}\n`);
    case 'parquet':
      return [parquetOf(table, metadata)];
    case 'sqlite':
      return [sqliteOf({ [name]: table }, metadata)];
    default:
      throw new TypeError(`Unknown format ${format satisfies never}`);
  }
};
