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

/**
 * Returns `value` if it fits the type, else null. Stored Oura records can contain anything, and fractions of seconds. An integer
 * beyond 2^53 is no exact number, and infinity is none.
 */
export const cellOf = (value: unknown, type: ColumnType): Cell => {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'integer': {
      const rounded = Math.round(typeof value === 'number' ? value : Number.NaN);
      return Number.isSafeInteger(rounded) ? rounded : null;
    }
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    default:
      return typeof value === 'string' ? value : null;
  }
};

/** What is said of a table in a file that can say it, by name. */
export type Metadata = Readonly<Record<string, string>>;

/** Rows of cells in the order of the columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The number of rows of all tables. */
export const rowsOf = (tables: Readonly<Record<string, Table>>): number =>
  Object.values(tables).reduce((sum, { rows }) => sum + rows.length, 0);

/** Builds a table with one row per source, whose cells fit their columns. */
export const tableOf = <Source>(columns: readonly ColumnOf<Source>[], sources: readonly Source[]): Table => ({
  columns,
  rows: sources.map((source) => columns.map(({ of, type }) => cellOf(of(source), type))),
});
