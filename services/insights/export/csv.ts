import { chunks } from '../../../shared/core/chunks.ts';
import type { Cell, Column, Table } from './table.ts';

/**
 * Spreadsheets treat text that starts with these as a formula, also the full-width signs, and perhaps after blanks and invisible
 * characters. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}]*[=+\-@＝＋－＠])/u;
/** RFC 4180, 2.6, and every other control character and line break: readers differ in which of them end a line. */
const QUOTED = /[",\p{Cc}\u2028\u2029]/u;
const LINE_END = '\r\n';
const CHUNK_ROWS = 1000;

const quoted = (text: string): string => (QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Puts an apostrophe before text that a spreadsheet would execute. Numbers and dates are safe. */
const safe = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const fieldOf = (cell: Cell, { type }: Column): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return quoted(type === 'text' ? safe(cell) : cell);
};

/**
 * Formats the table as CSV (RFC 4180, UTF-8) in pieces, with a header. Null is an empty field. `bom`: starts with a byte order
 * mark, which Excel needs to recognize UTF-8. A library that quotes numbers, too, takes ten times as long.
 */
export function* csvOf({ columns, rows }: Table, { bom }: { bom: boolean }): Generator<string> {
  yield `${bom ? '\uFEFF' : ''}${columns.map(({ name }) => quoted(name)).join(',')}${LINE_END}`;
  for (const some of chunks(rows, CHUNK_ROWS)) {
    const lines = some.map((row) => columns.map((column, at) => fieldOf(row[at] ?? null, column)).join(','));
    yield `${lines.join(LINE_END)}${LINE_END}`;
  }
}
