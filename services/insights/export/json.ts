import type { Cell, Table } from './table.ts';

const objectOf = ({ columns }: Table, row: readonly Cell[]): Readonly<Record<string, Cell>> =>
  Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]));

/** Converts the rows to objects with the column names as keys. Null stays null. */
export const objectsOf = (table: Table): Readonly<Record<string, Cell>>[] =>
  table.rows.map((row) => objectOf(table, row));

/** Formats the table as JSON Lines: one object per line. */
export function* jsonLinesOf(table: Table): Generator<string> {
  for (const row of table.rows) yield `${JSON.stringify(objectOf(table, row))}\n`;
}
