import type { Cell, Table } from './table.ts';

const objectOf = ({ columns }: Table, row: readonly Cell[]): Readonly<Record<string, Cell>> =>
  Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]));

/** The rows as objects, by the names of the columns; null stays null. */
export const objectsOf = (table: Table): Readonly<Record<string, Cell>>[] =>
  table.rows.map((row) => objectOf(table, row));

/** The table as JSON Lines: one object a line. */
export function* jsonLinesOf(table: Table): Generator<string> {
  for (const row of table.rows) yield `${JSON.stringify(objectOf(table, row))}\n`;
}
