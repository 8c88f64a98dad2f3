import { DatabaseSync } from 'node:sqlite';
import { iso } from '../../../shared/core/clock.ts';
import type { Cell, ColumnType, Metadata, Table } from './table.ts';

/**
 * SQLite has no dates, instants and booleans. Readers treat other type names differently: some drivers parse a `DATE`, others
 * return text. https://sqlite.org/datatype3.html
 */
const DECLARED: Readonly<Record<ColumnType, string>> = {
  date: 'TEXT',
  instant: 'TEXT',
  integer: 'INTEGER',
  double: 'REAL',
  boolean: 'INTEGER',
  text: 'TEXT',
};

const COLUMNS_OF_TABLES = ['table_name', 'column_name', 'type', 'unit', 'description'];

/** All instants are in UTC and of one length, so that they sort as text. Their offsets have separate columns. */
const bound = (cell: Cell, type: ColumnType): string | number | null => {
  if (typeof cell === 'boolean') return Number(cell);
  return type === 'instant' && cell !== null ? iso(Date.parse(String(cell))) : cell;
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** @param columns names, with or without a type */
const createTable = (database: DatabaseSync, name: string, columns: readonly string[]) => {
  database.exec(`CREATE TABLE ${quoted(name)} (${columns.join(', ')})`);
  return database.prepare(`INSERT INTO ${quoted(name)} VALUES (${columns.map(() => '?').join(', ')})`);
};

/**
 * Formats tables, by name, as one SQLite file. Its table `columns` has the type, unit and description of each column, and its
 * table `metadata` has `metadata`. The same content leads to the same bytes.
 */
export const sqliteOf = (tables: Readonly<Record<string, Table>>, metadata: Metadata): Uint8Array => {
  using database = new DatabaseSync(':memory:');
  database.exec('BEGIN');
  const described = createTable(
    database,
    'columns',
    COLUMNS_OF_TABLES.map((name) => `${name} TEXT`),
  );
  const stated = createTable(database, 'metadata', ['key TEXT', 'value TEXT']);
  for (const [key, value] of Object.entries(metadata)) stated.run(key, value);
  for (const [table, { columns, rows }] of Object.entries(tables)) {
    for (const { name, type, unit, description } of columns)
      described.run(table, name, type, unit, description);
    const declared = columns.map(({ name, type }) => `${quoted(name)} ${DECLARED[type]}`);
    const insert = createTable(database, table, declared);
    for (const row of rows) insert.run(...columns.map(({ type }, at) => bound(row[at] ?? null, type)));
  }
  database.exec('COMMIT');
  return database.serialize();
};
