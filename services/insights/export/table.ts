/** What a cell can hold. `instant`: ISO 8601 with offset; `date`: YYYY-MM-DD; both as text. */
export type ColumnType = 'date' | 'instant' | 'integer' | 'double' | 'boolean' | 'text';
export type Cell = string | number | boolean | null;

/** A column of a table, the same in every format: what the files and the data dictionary say of it. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** `s`, `kg`, …; empty where there is none. */
  readonly unit: string;
  readonly description: string;
}

/** A column and how its cells are made. */
export interface ColumnOf<Source> extends Column {
  readonly of: (source: Source) => Cell;
}

/** Rows of cells in the order of the columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The table that `columns` make of `sources`, one row each. */
export const tableOf = <Source>(columns: readonly ColumnOf<Source>[], sources: readonly Source[]): Table => ({
  columns,
  rows: sources.map((source) => columns.map(({ of }) => of(source))),
});

/** `value` where it is a number, else null: what Oura sent may hold anything. */
export const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** As {@link numberOrNull}, to the whole number. */
export const wholeOrNull = (value: unknown): number | null => {
  const number = numberOrNull(value);
  return number === null ? null : Math.round(number);
};

/** `value` where it is text, else null. */
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Minutes east of UTC in an ISO 8601 instant with offset: Parquet keeps the instant alone. */
export const offsetMinutes = (instant: unknown): number | null => {
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(textOrNull(instant) ?? '') ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return textOrNull(instant)?.endsWith('Z') ? 0 : null;
};
