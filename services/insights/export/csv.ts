import { stringify } from 'csv-stringify/sync';
import { chunks } from '../../../shared/core/chunks.ts';
import type { Cell, Column, Table } from './table.ts';

/** Spreadsheets treat text that starts with these as a formula. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;
const CHUNK_ROWS = 1000;

/** Puts an apostrophe before text that a spreadsheet would execute. Numbers and dates are safe. */
const safe = (cell: Cell, { type }: Column): Cell =>
  type === 'text' && typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;

const OPTIONS = {
  record_delimiter: 'windows',
  cast: { boolean: (value: boolean) => String(value) },
} as const;

/**
 * Formats the table as CSV (RFC 4180, UTF-8) in pieces, with a header. Null is an empty field. `bom`: starts with a byte order
 * mark, which Excel needs to recognize UTF-8.
 */
export function* csvOf({ columns, rows }: Table, { bom }: { bom: boolean }): Generator<string> {
  yield stringify([columns.map(({ name }) => name)], { ...OPTIONS, bom });
  for (const some of chunks(rows, CHUNK_ROWS)) {
    yield stringify(
      some.map((row) => columns.map((column, at) => safe(row[at] ?? null, column))),
      OPTIONS,
    );
  }
}
