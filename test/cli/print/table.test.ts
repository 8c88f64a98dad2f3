import { expect, test } from '@jest/globals';
import { createTable, factTable } from '../../../services/cli/print/table.ts';

const widthOf = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));
/** Whether every line of a table with borders is as wide as the others. */
const isWhole = (text: string): boolean =>
  new Set(text.split('\n').map((line) => [...line].length)).size === 1;

const COLUMNS = ['date', 'state', 'reason', 'evidence', 'next'].map((title) => ({ title }));
const ROWS = [
  [
    '2026-01-01 to 2026-03-04',
    'no data',
    'app_not_opened',
    'Oura has no record of that night, but of later ones',
    'asked again on 2026-03-10: or run npm start -- --once --from 2026-01-01',
  ],
  ['2026-05-01', 'failed', 'OuraUnavailable', '–', 'run npm run redrive'],
];

test('a table is as wide as its cells without a terminal', () => {
  expect(createTable(COLUMNS, ROWS, Infinity).split('\n')[3]).toBe(
    `│ ${(ROWS[0] ?? []).join(' │ ')} │`
      .replace('no data │', 'no data │')
      .replace('app_not_opened │', 'app_not_opened  │'),
  );
});

test.each([120, 80])('breaks texts into lines at %i columns, in whole boxes', (width) => {
  const table = createTable(COLUMNS, ROWS, width);
  expect(widthOf(table)).toBeLessThanOrEqual(width);
  expect(isWhole(table)).toBe(true);
  expect(table).toContain('┌');
});

test('shows rows as blocks if not even broken lines fit', () => {
  const table = createTable(COLUMNS, ROWS, 50);
  expect(widthOf(table)).toBeLessThanOrEqual(50);
  expect(table).not.toMatch(/[│┌]/);
  expect(table).toContain('2026-05-01\n  state     failed\n  reason    OuraUnavailable\n');
});

test('columns leave in their order before a text is broken', () => {
  const columns = [{ title: 'night' }, { title: 'HRV', leaves: 1 }, { title: 'bedtime', leaves: 2 }];
  const rows = [['2026-05-01', '60', '22:00–06:00']];
  const heads = (width: number) => createTable(columns, rows, width).split('\n')[1];
  expect(heads(40)).toBe('│ night      │ HRV │ bedtime     │');
  expect(heads(32)).toBe('│ night      │ HRV │');
  expect(heads(16)).toBe('│ night      │');
});

test('a word that does not fit is broken anywhere, and keeps every character', () => {
  const path = '/a/very/long/path/without/any/space/in/it/credentials.json';
  const table = factTable([{ credentials: path }], 50);
  expect(widthOf(table)).toBeLessThanOrEqual(50);
  expect(table.replaceAll(/[^/a-z.]/g, '').replace('credentials', '')).toBe(path);
});
