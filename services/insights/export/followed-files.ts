import { join } from 'node:path';
import { parquetOf } from './parquet.ts';
import { sqliteOf } from './sqlite.ts';
import { type Metadata, rowsOf, type Table } from './table.ts';

export const FOLLOWED_FORMATS = ['parquet', 'sqlite'] as const;
export type FollowedFormat = (typeof FOLLOWED_FORMATS)[number];

/** The SQLite file of a followed folder. */
export const SQLITE_FILE = 'oura-sleep.sqlite';

/** A file of a followed folder. */
export interface FollowedFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** The path of a partition, as Hive, DuckDB and pandas recognize it. @param year YYYY, or `*` for a pattern of all */
export const partitionOf = (table: string, year: string): string =>
  join(table, `year=${year}`, `${table}.parquet`);

/** The rows by the year of their date, which is the first column of every table. */
const byYear = ({ rows }: Table): Map<string, Table['rows']> =>
  Map.groupBy(rows, ([date]) => String(date).slice(0, 4));

/**
 * The files for tables, by name: with Parquet one for each table and year that has rows, else one SQLite file. The same tables
 * and metadata lead to the same bytes.
 */
export function* followedFiles(
  tables: Readonly<Record<string, Table>>,
  format: FollowedFormat,
  metadata: Metadata,
): Generator<FollowedFile> {
  if (format === 'sqlite') {
    yield { path: SQLITE_FILE, rows: rowsOf(tables), bytes: sqliteOf(tables, metadata) };
    return;
  }
  for (const [name, table] of Object.entries(tables)) {
    for (const [year, rows] of byYear(table)) {
      const bytes = parquetOf({ columns: table.columns, rows }, metadata);
      yield { path: partitionOf(name, year), rows: rows.length, bytes };
    }
  }
}
