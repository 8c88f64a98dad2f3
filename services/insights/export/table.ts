/** The type of a cell. As text: `instant` is ISO 8601 with offset, `date` is YYYY-MM-DD. */
export type ColumnType = 'date' | 'instant' | 'integer' | 'double' | 'boolean' | 'text';
export type Cell = string | number | boolean | null;

/** A column of a table, as described in the files and the data dictionary. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** `s`, `kg`, …; empty if it has none. */
  readonly unit: string;
  readonly description: string;
}

/** A column and how to compute its cells. */
export interface ColumnOf<Source> extends Column {
  readonly of: (source: Source) => Cell;
}

export const column = <Source>(
  name: string,
  type: ColumnType,
  unit: string,
  description: string,
  of: (source: Source) => Cell,
): ColumnOf<Source> => ({ name, type, unit, description, of });

/** Returns `value` if it fits the type, else null. Stored Oura records can contain anything, and fractions of seconds. */
export const cellOf = (value: unknown, type: ColumnType): Cell => {
  if (type !== 'integer' && type !== 'double') return typeof value === 'string' ? value : null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return type === 'integer' ? Math.round(value) : value;
};

/** Rows of cells in the order of the columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Builds a table with one row per source. */
export const tableOf = <Source>(columns: readonly ColumnOf<Source>[], sources: readonly Source[]): Table => ({
  columns,
  rows: sources.map((source) => columns.map(({ of }) => of(source))),
});
