import { parquetReadObjects } from 'hyparquet';
import { followedFiles } from '../../services/insights/export/followed-files.ts';
import type { Table } from '../../services/insights/export/table.ts';

const tableOn = (...dates: string[]): Table => ({
  columns: [{ name: 'date', type: 'date', unit: '', description: '' }],
  rows: dates.map((date) => [date]),
});

test('Parquet has a file for each table and year that has rows', async () => {
  const tables = { nights: tableOn('2025-12-31', '2026-01-01', '2026-01-02'), workouts: tableOn() };
  const files = [...followedFiles(tables, 'parquet', {})];
  expect(files.map(({ path, rows }) => [path, rows])).toEqual([
    ['nights/year=2025/nights.parquet', 1],
    ['nights/year=2026/nights.parquet', 2],
  ]);
  const file = new Uint8Array(files[1]?.bytes ?? []).buffer;
  expect(await parquetReadObjects({ file })).toEqual([
    { date: new Date('2026-01-01') },
    { date: new Date('2026-01-02') },
  ]);
});

test('SQLite is one file with all rows', () => {
  const tables = { nights: tableOn('2025-12-31', '2026-01-01'), workouts: tableOn('2026-01-01') };
  const files = [...followedFiles(tables, 'sqlite', {})];
  expect(files.map(({ path, rows }) => [path, rows])).toEqual([['oura-sleep.sqlite', 3]]);
});
