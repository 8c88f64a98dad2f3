import Table from 'cli-table3';
import { TABLE_STYLE } from './table-style.ts';
import { terminalWidth, widthOf, wrap } from './wrap.ts';

export interface Column {
  /** Empty for a column whose cells explain themselves. */
  readonly title: string;
  /** @default left */
  readonly align?: 'right';
  /** The columns of a narrow terminal: those with the highest number go first. @default it stays */
  readonly leaves?: number;
}

/** The narrowest column of text, and the longest word that is kept whole. */
const NARROWEST = 12;
const LONGEST_WORD = 24;

const longest = (lines: readonly string[]): number => Math.max(0, ...lines.map(widthOf));

/** The borders and the padding of a table of `columns`. */
const frameOf = (columns: number): number => 3 * columns + 1;

/** Returns widths that fit into `width` together: the widest columns of text give way. Undefined if there are none. */
const fittingWidths = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] | undefined => {
  const cells = columns.map(({ title }, index) => [title, ...rows.map((row) => row[index] ?? '')]);
  const widths = cells.map((column) => longest(column.flatMap((cell) => cell.split('\n'))));
  const least = cells.map((column, index) => {
    const words = Math.min(longest(column.flatMap((cell) => cell.split(/\s/))), LONGEST_WORD);
    return columns[index]?.align ? (widths[index] ?? 0) : Math.max(words, NARROWEST);
  });
  const room = width - frameOf(columns.length);
  for (;;) {
    const sum = widths.reduce((total, each) => total + each, 0);
    if (sum <= room) return widths;
    const giving = widths.map((each, index) => (each > (least[index] ?? 0) ? each : 0));
    const widest = giving.indexOf(Math.max(...giving));
    if (!giving[widest]) return undefined;
    widths[widest] = giving[widest] - 1;
  }
};

/** One block per row: the first cell, and below it the others with their titles. */
const stacked = (columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string => {
  const label = longest(columns.slice(1).map(({ title }) => title));
  const left = label === 0 ? 2 : label + 4;
  return rows
    .map(([first = '', ...rest]) =>
      [
        wrap(first, width),
        ...rest.map((cell, index) => {
          const title = `  ${columns[index + 1]?.title ?? ''}`.padEnd(left);
          const lines = wrap(cell, Math.max(width - left, NARROWEST)).split('\n');
          return lines.map((line, at) => (at === 0 ? title : ' '.repeat(left)) + line).join('\n');
        }),
      ].join('\n'),
    )
    .join(rows.some((row) => row.length > 2) ? '\n\n' : '\n');
};

/** Returns the columns, with their places, that remain if those that can leave a narrow terminal do so. */
export const visibleColumns = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): (Column & { readonly index: number })[] => {
  const kept = columns.map((column, index) => ({ ...column, index }));
  const isWide = () => {
    const widths = kept.map(({ title, index }) =>
      longest([title, ...rows.flatMap((row) => (row[index] ?? '').split('\n'))]),
    );
    return widths.reduce((total, each) => total + each, frameOf(kept.length)) > width;
  };
  while (isWide()) {
    const last = kept.reduce((most, { leaves = 0 }) => Math.max(most, leaves), 0);
    if (last === 0) break;
    kept.splice(
      kept.findIndex(({ leaves }) => leaves === last),
      1,
    );
  }
  return kept;
};

/**
 * A table that fits the terminal. If it is too wide, columns that can leave do so, then text is broken into lines, and at last
 * each row becomes a block. Without a terminal, the table is as wide as its cells.
 */
export const createTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): string => {
  const kept = visibleColumns(columns, rows, width);
  const shown = rows.map((row) => kept.map(({ index }) => row[index] ?? ''));
  const widths = fittingWidths(kept, shown, width);
  if (widths === undefined) return stacked(kept, shown, width);
  const table = new Table({
    ...(kept.some(({ title }) => title !== '') && { head: kept.map(({ title }) => title) }),
    ...TABLE_STYLE,
    colAligns: kept.map(({ align }) => align ?? ('left' as const)),
  });
  table.push(...shown.map((row) => row.map((cell, index) => wrap(cell, widths[index] ?? Infinity))));
  return table.toString();
};

/** One line of {@link factTable}: its name and its text. */
export type Fact = Readonly<Record<string, string | null>>;

/** A table of names and texts without a head. */
export const factTable = (facts: readonly Fact[], width?: number): string =>
  createTable(
    [{ title: '' }, { title: '' }],
    facts.flatMap((fact) => Object.entries(fact).map(([name, text]) => [name, String(text)])),
    width,
  );
