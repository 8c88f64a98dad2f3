import { parse } from 'csv-parse/sync';

/** One row of a CSV file. */
interface CsvRow {
  /** The first line of the row; the first line of the file is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows below one header. */
export interface CsvSection {
  /** In lower case. */
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Lines that are not valid rows, and why. */
  readonly broken: readonly { readonly line: number; readonly reason: string }[];
  /** Sections separated by `;` or tabs come from locales with a decimal comma. */
  readonly decimalComma: boolean;
}

const SEPARATORS = [',', ';', '\t'];

/** The most frequent separator in a line. */
const separatorIn = (line: string): string => {
  const times = (separator: string) => line.split(separator).length;
  return SEPARATORS.reduce((best, other) => (times(other) > times(best) ? other : best));
};

interface CsvRecord {
  readonly line: number;
  readonly lastLine: number;
  readonly cells: readonly string[];
}

interface Parsed {
  readonly records: readonly CsvRecord[];
  /** The first line of a row whose quotation mark is not closed; it holds the rest of the text. */
  readonly unclosed: number | undefined;
}

const parseFrom = (text: string, delimiter: string, firstLine: number): Parsed => {
  let isUnclosed = false;
  const found = parse(text, {
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    skip_records_with_error: true,
    // With these options the parser only fails on an unclosed quotation mark.
    on_skip: () => {
      isUnclosed = true;
      return undefined;
    },
  }) as unknown as { info: { lines: number }; record: string[] }[];
  const records = found.map(({ info, record }) => {
    // The parser reports the last line of a row, and a value can span several lines.
    const lastLine = firstLine + info.lines - 1;
    return { line: lastLine - record.join('').split('\n').length + 1, lastLine, cells: record };
  });
  return { records, unclosed: isUnclosed ? (records.at(-1)?.lastLine ?? firstLine - 1) + 1 : undefined };
};

const namesOf = (cells: readonly string[]): string[] => cells.map((name) => name.trim().toLowerCase());

/** A header has a name in every column, and no digits. Every row of a workout has a date. */
const looksLikeHeader = (cells: readonly string[]): boolean =>
  cells.length > 4 && cells.every((cell) => cell.trim() !== '' && !/\d/.test(cell));

/**
 * Excel leaves out the separators of empty cells at the end of some rows. Fewer than half of the cells are something else, and a
 * last row without a line break can be cut off.
 */
const withEmptyCells = (cells: readonly string[], length: number): readonly string[] =>
  cells.length > length / 2 && cells.length < length
    ? [...cells, ...Array<string>(length - cells.length).fill('')]
    : cells;

interface OpenSection {
  readonly header: readonly string[];
  readonly rows: CsvRow[];
  readonly broken: { line: number; reason: string }[];
  readonly decimalComma: boolean;
}

/**
 * Parses CSV (RFC 4180) with a header, separated by commas, semicolons or tabs, or as the line `sep=;` of Excel states. Files
 * joined to one have several headers, each for the rows below it.
 * @param isHeader whether names in lower case are the header of a known format
 */
export const readCsv = (text: string, isHeader: (names: readonly string[]) => boolean): CsvSection[] => {
  const sections: CsvSection[] = [];
  const lines = text.replaceAll('\uFEFF', '').replace(/\r\n?/g, '\n').split('\n');
  let first: number | undefined = 0;
  while (first !== undefined) first = readPart(lines, first, isHeader, sections);
  return sections;
};

interface NewHeader {
  readonly names: readonly string[];
  /** Whether it follows on the last row of another file, without a line break. */
  readonly isGlued: boolean;
}

/** The header in a record below a header of `length` columns; undefined if the record is a row. */
const headerIn = (
  cells: readonly string[],
  length: number,
  isHeader: (names: readonly string[]) => boolean,
): NewHeader | undefined => {
  const names = namesOf(cells);
  if (!cells.some((cell) => /\d/.test(cell)))
    return isHeader(names) || looksLikeHeader(cells) ? { names, isGlued: false } : undefined;
  if (cells.length <= length) return undefined;
  const [joint = '', ...others] = names.slice(length - 1);
  const starts = [...joint].map((_, start) => [joint.slice(start), ...others]);
  const known =
    starts.find((each) => isHeader(each)) ?? (looksLikeHeader(others) ? [joint, ...others] : undefined);
  return known && { names: known, isGlued: true };
};

/** Reads the sections with the same separator, and returns where one with another begins. */
const readPart = (
  lines: readonly string[],
  from: number,
  isHeader: (names: readonly string[]) => boolean,
  sections: CsvSection[],
): number | undefined => {
  const start = lines.findIndex((line, index) => index >= from && line.trim() !== '');
  const stated = /^"?sep=(.)"?\s*$/i.exec(lines[start] ?? '')?.[1];
  const first = stated === undefined ? Math.max(start, from) : start + 1;
  const delimiter = stated ?? separatorIn(lines[first] ?? '');
  const decimalComma = delimiter !== ',';
  const { records, unclosed } = parseFrom(lines.slice(first).join('\n'), delimiter, first + 1);
  let section: OpenSection | undefined;
  const open = (header: readonly string[]): OpenSection => {
    const opened = { header, rows: [], broken: [], decimalComma };
    sections.push(opened);
    return opened;
  };
  for (const { line, lastLine, cells } of records) {
    if (section === undefined) {
      section = open(namesOf(cells));
      continue;
    }
    const header = headerIn(cells, section.header.length, isHeader);
    if (header !== undefined) {
      if (header.isGlued) section.broken.push({ line, reason: 'is joined to the header of another file' });
      section = open(header.names);
      continue;
    }
    // Excel writes the separators of the empty rows below a table.
    if (cells.every((cell) => cell.trim() === '')) continue;
    const other = separatorIn(lines[line - 1] ?? '');
    if (
      other !== delimiter &&
      isHeader(namesOf(parseFrom(lines[line - 1] ?? '', other, 1).records[0]?.cells ?? []))
    )
      return line - 1;
    const isLast = lastLine === lines.length;
    const padded = isLast ? cells : withEmptyCells(cells, section.header.length);
    if (padded.length === section.header.length) section.rows.push({ line, cells: padded });
    else {
      const upTo = line === lastLine ? '' : ` and ends in line ${lastLine}: check its quotation marks`;
      section.broken.push({
        line,
        reason: `has ${cells.length} values instead of ${section.header.length}${upTo}`,
      });
    }
  }
  if (unclosed !== undefined) {
    section ??= open([]);
    section.broken.push({
      line: unclosed,
      reason: 'unclosed quotation mark: the rest of the file was not read',
    });
  }
  return undefined;
};
