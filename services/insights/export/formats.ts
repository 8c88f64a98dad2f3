import { csvOf } from './csv.ts';
import { jsonLinesOf, objectsOf } from './json.ts';
import { parquetOf } from './parquet.ts';
import type { Table } from './table.ts';

export const TABLE_FORMATS = ['csv', 'json', 'jsonl', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Formats the table in pieces. `bom`: see csv.ts. */
export const piecesOf = (
  table: Table,
  format: TableFormat,
  { bom }: { bom: boolean },
): Iterable<string | Uint8Array> => {
  switch (format) {
    case 'csv':
      return csvOf(table, { bom });
    case 'json':
      return [`${JSON.stringify(objectsOf(table), null, 2)}\n`];
    case 'jsonl':
      return jsonLinesOf(table);
    case 'parquet':
      return [parquetOf(table)];
    default:
      throw new TypeError(`Unknown format ${format satisfies never}`);
  }
};
