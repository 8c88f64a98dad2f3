import { parse } from 'csv-parse/sync';

/** One row of a CSV file. Names are in lower case. */
interface CsvRow {
  /** The first line of the row; the header is line 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface CsvRows {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Lines that are not valid rows, and why. */
  readonly broken: readonly { readonly line: number; readonly reason: string }[];
  /** Files separated by `;` or tabs come from locales with a decimal comma. */
  readonly decimalComma: boolean;
}

/** The most frequent separator in the header. */
const separatorOf = (text: string): string => {
  const [header = ''] = text.split(/\r?\n/, 1);
  const times = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (times(other) > times(best) ? other : best));
};

/** Parses CSV (RFC 4180, UTF-8 with or without byte order mark) with a header, separated by commas, semicolons or tabs. */
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
    // With these options the parser only fails on an unclosed quotation mark.
    on_skip: () => {
      unclosed = true;
      return undefined;
    },
  }) as unknown as { info: { lines: number }; record: string[] }[];
  const [first, ...rest] = records;
  const header = (first?.record ?? []).map((name) => name.trim().toLowerCase());
  const rows: CsvRow[] = [];
  for (const { info, record } of rest) {
    // The parser reports the last line of a row, and a value can span several lines.
    const line = info.lines - record.join('').split('\n').length + 1;
    const upTo = line === info.lines ? '' : ` and ends in line ${info.lines}: check its quotation marks`;
    if (record.length === header.length) {
      rows.push({ line, values: Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])) });
    } else {
      broken.push({ line, reason: `has ${record.length} values instead of ${header.length}${upTo}` });
    }
  }
  if (unclosed) {
    const line = (records.at(-1)?.info.lines ?? 0) + 1;
    broken.push({ line, reason: 'unclosed quotation mark: the rest of the file was not read' });
  }
  return { header, rows, broken, decimalComma: delimiter !== ',' };
};
