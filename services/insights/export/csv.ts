import { stringify } from 'csv-stringify/sync';
import { chunks } from '../../../shared/core/chunks.ts';
import type { Cell, Column, Table } from './table.ts';

/** A spreadsheet takes these for the beginning of a formula. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;
const CHUNK_ROWS = 1000;

/** Text that a spreadsheet would run is led by an apostrophe; numbers and dates are what they are. */
const safe = (cell: Cell, { type }: Column): Cell =>
  type === 'text' && typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;

const OPTIONS = {
  record_delimiter: 'windows',
  cast: { boolean: (value: boolean) => String(value) },
} as const;

/**
 * The table as CSV (RFC 4180, UTF-8), in pieces: a header of column names, null as an empty field. `bom`: begins with a byte
 * order mark, without which Excel takes UTF-8 for another encoding.
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
