import { parse } from 'csv-parse/sync';

/** One row of a CSV file under its header, the names in lower case. */
export interface CsvRow {
  /** Where it begins; the header is line 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface CsvRows {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** What is no row, and why. */
  readonly broken: readonly { readonly line: number; readonly reason: string }[];
  /** `;` and tabs come from places where a comma is the decimal point. */
  readonly decimalComma: boolean;
}

/** The separator that the header uses most. */
const separatorOf = (text: string): string => {
  const [header = ''] = text.split(/\r?\n/, 1);
  const times = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (times(other) > times(best) ? other : best));
};

/** Reads CSV (RFC 4180, UTF-8 with or without byte order mark) whose first line is a header, separated by commas, semicolons or tabs. */
export const readCsv = (text: string): CsvRows => {
  const delimiter = separatorOf(text);
  const broken: { line: number; reason: string }[] = [];
  let unclosed = false;
  const records = parse(text.replace(/\r\n?/g, '\n'), {
    bom: true,
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    skip_records_with_error: true,
    // So forgiving, the parser fails on nothing but a quotation mark that never ends.
    on_skip: () => {
      unclosed = true;
      return undefined;
    },
  }) as unknown as { info: { lines: number }; record: string[] }[];
  const [first, ...rest] = records;
  const header = (first?.record ?? []).map((name) => name.trim().toLowerCase());
  const rows: CsvRow[] = [];
  for (const { info, record } of rest) {
    // The parser tells where a row ends; a value may run over several lines.
    const line = info.lines - record.join('').split('\n').length + 1;
    const upTo = line === info.lines ? '' : `: it runs up to line ${info.lines}, look at its quotation marks`;
    if (record.length === header.length) {
      rows.push({ line, values: Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])) });
    } else {
      broken.push({ line, reason: `it has ${record.length} values, the header ${header.length}${upTo}` });
    }
  }
  if (unclosed) {
    const line = (records.at(-1)?.info.lines ?? 0) + 1;
    broken.push({ line, reason: 'it has a quotation mark that is not closed: nothing from here on is read' });
  }
  return { header, rows, broken, decimalComma: delimiter !== ',' };
};
