import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { daysBetween } from '../../../shared/core/day.ts';
import type { Cell, Column, ColumnType, Metadata, Table } from './table.ts';

/**
 * Parquet types by their names in parquet.thrift. Instants are in UTC, so offsets have separate columns. A set number or a
 * duration can be too large for INT32, and the writer then fails.
 */
const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  integer: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
};

const encoded = (cell: Cell, type: ColumnType): unknown => {
  if (cell === null) return null;
  if (type === 'date') return daysBetween('1970-01-01', String(cell));
  if (type === 'integer') return BigInt(Number(cell));
  return type === 'instant' ? new Date(String(cell)) : cell;
};

const elementOf = ({ name, type }: Column): SchemaElement => ({
  name,
  ...ELEMENTS[type],
  repetition_type: 'OPTIONAL',
});

/**
 * Formats the table as a Parquet file with typed, nullable columns. The metadata key `columns` contains their units and
 * descriptions as JSON, next to the keys of `metadata`.
 */
export const parquetOf = ({ columns, rows }: Table, metadata: Metadata): Uint8Array => {
  const columnData: ColumnSource[] = columns.map(({ name, type }, at) => ({
    name,
    data: rows.map((row) => encoded(row[at] ?? null, type)),
  }));
  const columnInfo = columns.map(({ name, unit, description }) => ({ name, unit, description }));
  const buffer = parquetWriteBuffer({
    columnData,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)],
    kvMetadata: [
      { key: 'columns', value: JSON.stringify(columnInfo) },
      ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
    ],
    createdBy: 'oura-sleep-sync',
  });
  return new Uint8Array(buffer);
};
