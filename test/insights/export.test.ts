import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { FEATURE_COLUMNS } from '../../services/insights/export/features.ts';
import { piecesOf, TABLE_FORMATS, type TableFormat } from '../../services/insights/export/formats.ts';
import { NIGHT_COLUMNS } from '../../services/insights/export/nights.ts';
import { PERIOD_COLUMNS, periodsOf } from '../../services/insights/export/periods.ts';
import { SERIES_COLUMNS, seriesOf } from '../../services/insights/export/series.ts';
import { type Column, column, type Table, tableOf } from '../../services/insights/export/table.ts';
import { datedSets, WORKOUT_COLUMNS } from '../../services/insights/export/workouts.ts';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { POUNDS_PER_KILOGRAM } from '../../shared/core/weight.ts';
import { nightOf, STORED } from '../aws/store/nights.ts';
import { propertyRuns } from '../helpers/property-runs.ts';
import { setOn } from './sets.ts';

const METADATA = {
  time_zone: 'Europe/Helsinki',
  software_version: '1.2.3',
  created_at: '2026-03-10T19:00:00.000Z',
};

const written = (table: Table, format: TableFormat, bom = false): Buffer =>
  Buffer.concat(
    [...piecesOf(table, format, { name: 'rows', bom, metadata: METADATA })].map((piece) =>
      Buffer.from(piece),
    ),
  );

/** One column of each type, with a row of values, a row of nulls and a row of special cases. */
const TABLE: Table = {
  columns: (['date', 'instant', 'integer', 'double', 'boolean', 'text'] as const).map((type) => ({
    name: type,
    type,
    unit: type === 'double' ? '°C' : '',
    description: `a ${type}`,
  })),
  rows: [
    ['2026-03-29', '2026-03-28T23:30:00+01:00', 7, -0.25, true, 'Kniebeuge'],
    [null, null, null, null, null, null],
    ['1969-12-31', '2026-03-29T06:00:00.500Z', -1, 0, false, 'a, "b"\nc'],
  ],
};

test('CSV follows RFC 4180: null is an empty field, lines end in CRLF, special characters are quoted', () => {
  expect(written(TABLE, 'csv').toString()).toBe(
    [
      'date,instant,integer,double,boolean,text',
      '2026-03-29,2026-03-28T23:30:00+01:00,7,-0.25,true,Kniebeuge',
      ',,,,,',
      '1969-12-31,2026-03-29T06:00:00.500Z,-1,0,false,"a, ""b""\nc"',
      '',
    ].join('\r\n'),
  );
});

/** A table of two columns of text. */
const texts = (...rows: readonly (readonly [string, string])[]): Table => ({
  columns: ['one', 'other'].map((name) => ({ name, type: 'text' as const, unit: '', description: '' })),
  rows,
});

test.each(['a\nb', 'a\rb', 'a"b', 'a,b', ' a '])('CSV keeps the text %j as it is', (text) => {
  expect(parse(written(texts([text, 'next']), 'csv')).slice(1)).toEqual([[text, 'next']]);
});

/** Everything that some reader takes for the end of a line, such as Python's splitlines and JavaScript's readline. */
const LINE_BREAKS = ['\n', '\r', '\r\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029'];

test.each(LINE_BREAKS)('CSV quotes a text with the line break %j', (text) => {
  expect(written(texts([`a${text}b`, 'c']), 'csv').toString()).toBe(`one,other\r\n"a${text}b",c\r\n`);
});

/** What a spreadsheet must not run, however it is hidden. */
const FORMULAS = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

test('CSV read by another program is the text that was written, with an apostrophe before a formula', () => {
  const pieces = [
    ...LINE_BREAKS,
    ...FORMULAS,
    '\0',
    '\t',
    ' ',
    '"',
    "'",
    ',',
    ';',
    '\uFEFF',
    '\u200B',
    'a',
    '深',
    '💪',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((some) => some.join('')),
    fc.string({ unit: 'binary' }),
  );
  const isFormula = (value: string): boolean =>
    /^[\t\r\n]/.test(value) || FORMULAS.some((sign) => value.replace(/^[\s\p{C}]+/u, '').startsWith(sign));
  const shown = (value: string): string => (isFormula(value) ? `'${value}` : value);
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (rows) => {
      const read = parse(written(texts(...rows), 'csv'), { relax_column_count: true }).slice(1);
      expect(read).toEqual(rows.map((row) => row.map(shown)));
    }),
    propertyRuns(),
  );
});

test('CSV starts with one byte order mark if requested', () => {
  const many = { ...TABLE, rows: Array.from({ length: 2500 }, () => TABLE.rows[0] ?? []) };
  const text = written(many, 'csv', true).toString();
  expect(text.split('\uFEFF')).toHaveLength(2);
  expect(text.startsWith('\uFEFFdate,')).toBe(true);
  expect(parse(text, { bom: true })).toHaveLength(2501);
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  ' =1',
  '\u200B=1',
  '\n1',
])('a spreadsheet does not run the text %j as a formula', (text) => {
  const table = { columns: TABLE.columns.slice(5), rows: [[text]] };
  expect(parse(written(table, 'csv'))[1]).toEqual([`'${text}`]);
  expect(JSON.parse(written(table, 'jsonl').toString())).toEqual({ text });
});

test('JSON and JSON Lines name every column in every row', () => {
  const rows = TABLE.rows.map((row) =>
    Object.fromEntries(TABLE.columns.map(({ name }, at) => [name, row[at]])),
  );
  expect(JSON.parse(written(TABLE, 'json').toString())).toEqual(rows);
  expect(
    written(TABLE, 'jsonl')
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(rows);
});

const arrayBufferOf = (table: Table): ArrayBuffer => new Uint8Array(written(table, 'parquet')).buffer;

test('Parquet has types, nulls and column descriptions', async () => {
  const file = arrayBufferOf(TABLE);
  expect(await parquetReadObjects({ file })).toEqual([
    {
      date: new Date('2026-03-29'),
      instant: new Date('2026-03-28T22:30:00Z'),
      integer: 7n,
      double: -0.25,
      boolean: true,
      text: 'Kniebeuge',
    },
    { date: null, instant: null, integer: null, double: null, boolean: null, text: null },
    {
      date: new Date('1969-12-31'),
      instant: new Date('2026-03-29T06:00:00.500Z'),
      integer: -1n,
      double: 0,
      boolean: false,
      text: 'a, "b"\nc',
    },
  ]);
  const { schema, key_value_metadata } = parquetMetadata(file);
  expect(schema.slice(1).map(({ type, logical_type }) => logical_type?.type ?? type)).toEqual([
    'DATE',
    'TIMESTAMP',
    'INT64',
    'DOUBLE',
    'BOOLEAN',
    'STRING',
  ]);
  const columnInfo = key_value_metadata?.find(({ key }) => key === 'columns')?.value ?? '';
  expect(JSON.parse(columnInfo)[3]).toEqual({ name: 'double', unit: '°C', description: 'a double' });
  const stated = key_value_metadata?.map(({ key, value }) => [key, value]) ?? [];
  expect(Object.fromEntries(stated)).toMatchObject(METADATA);
});

/** The rows of a query on a SQLite file. */
const queried = (bytes: Uint8Array, query: string): unknown[] => {
  using database = new DatabaseSync(':memory:');
  database.deserialize(bytes);
  return database.prepare(query).all();
};

test('SQLite has nulls, numbers as numbers, and instants in UTC that sort as text', () => {
  const file = written(TABLE, 'sqlite');
  expect(queried(file, 'SELECT * FROM rows')).toEqual([
    {
      ...{ date: '2026-03-29', instant: '2026-03-28T22:30:00.000Z', integer: 7, double: -0.25 },
      ...{ boolean: 1, text: 'Kniebeuge' },
    },
    { date: null, instant: null, integer: null, double: null, boolean: null, text: null },
    {
      ...{ date: '1969-12-31', instant: '2026-03-29T06:00:00.500Z', integer: -1, double: 0 },
      ...{ boolean: 0, text: 'a, "b"\nc' },
    },
  ]);
  const types = TABLE.columns.map(({ name }) => `typeof("${name}") AS "${name}"`);
  expect(queried(file, `SELECT ${types} FROM rows`).at(-1)).toEqual({
    ...{
      date: 'text',
      instant: 'text',
      integer: 'integer',
      double: 'real',
      boolean: 'integer',
      text: 'text',
    },
  });
});

test('SQLite describes its columns as Parquet does, and has the metadata', () => {
  const file = written(TABLE, 'sqlite');
  expect(queried(file, 'SELECT * FROM columns')).toEqual(
    TABLE.columns.map(({ name, ...column }) => ({ table_name: 'rows', column_name: name, ...column })),
  );
  expect(queried(file, 'SELECT * FROM metadata')).toEqual(
    Object.entries(METADATA).map(([key, value]) => ({ key, value })),
  );
});

test.each(['parquet', 'sqlite'] as const)('the same rows lead to the same bytes of %s', (format) => {
  const rows = Array.from({ length: 3000 }, (_, at) => [null, null, at, at / 3, at % 2 === 0, `set ${at}`]);
  expect(written({ ...TABLE, rows }, format).equals(written({ ...TABLE, rows }, format))).toBe(true);
});

const LARGEST = Number.MAX_SAFE_INTEGER;

test.each(TABLE_FORMATS)('a number of any size does not end a %s file', async (format) => {
  const numbers = (['integer', 'double'] as const).map((type) =>
    column<number>(type, type, '', '', (value) => value),
  );
  const table = tableOf(numbers, [
    2 ** 31,
    2 ** 53,
    1e308,
    -1e308,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    0.5,
  ]);
  expect(table.rows).toEqual([
    [2 ** 31, 2 ** 31],
    [null, 2 ** 53],
    [null, 1e308],
    [null, -1e308],
    [null, null],
    [null, null],
    [1, 0.5],
  ]);
  const limits = tableOf(numbers.slice(0, 1), [LARGEST, -LARGEST]);
  expect(written(table, format).length).toBeGreaterThan(0);
  if (format === 'parquet') {
    const read = await parquetReadObjects({ file: arrayBufferOf(limits) });
    expect(read.map(({ integer }) => Number(integer))).toEqual([LARGEST, -LARGEST]);
  }
  if (format === 'sqlite')
    expect(queried(written(limits, format), 'SELECT * FROM rows')).toEqual([
      { integer: LARGEST },
      { integer: -LARGEST },
    ]);
});

test.each(TABLE_FORMATS)('a table without rows is a valid %s file', async (format) => {
  const empty = written({ ...TABLE, rows: [] }, format);
  if (format === 'csv') expect(empty.toString()).toBe('date,instant,integer,double,boolean,text\r\n');
  else if (format === 'json') expect(JSON.parse(empty.toString())).toEqual([]);
  else if (format === 'jsonl') expect(empty).toHaveLength(0);
  else if (format === 'sqlite') expect(queried(empty, 'SELECT * FROM rows')).toEqual([]);
  else expect(await parquetReadObjects({ file: new Uint8Array(empty).buffer })).toEqual([]);
});

const RECORD: SleepRecord = {
  ...nightOf('2026-03-10', {
    hrv: 55.125,
    total_sleep_duration: 27_000,
    bedtime_start: '2026-03-09T22:30:00-07:00',
  }),
  ...STORED,
  periods: [
    {
      id: 'p1',
      type: 'long_sleep',
      time_in_bed: 29_000.4,
      average_hrv: 55,
      bedtime_start: '2026-03-09T22:30:00-07:00',
    },
    { id: 'p2', type: 'rest', average_hrv: 'none', bedtime_start: '2026-03-10T12:00:00-07:00' },
  ],
  settled: false,
  revision: 2,
  content_hash: '0'.repeat(64),
  first_synced_at: '2026-03-10T19:00:05.000Z',
  updated_at: '2026-03-11T19:00:05.000Z',
  history: [],
};

const firstObject = (table: Table) => JSON.parse(written(table, 'jsonl').toString().split('\n')[0] ?? '');

test('a night is one row with its metrics as stored', () => {
  expect(firstObject(tableOf(NIGHT_COLUMNS, [RECORD]))).toMatchObject({
    date: '2026-03-10',
    hrv: 55.125,
    sleep_score: null,
    bedtime_start: '2026-03-09T22:30:00-07:00',
    bedtime_start_offset: -420,
    bedtime_end_offset: null,
    settled: false,
    first_synced_at: '2026-03-10T19:00:05.000Z',
  });
});

test('a period has the values that its night uses, and its type as sent', () => {
  const sent = {
    ...{ id: 'p3', type: 'siesta', bedtime_start: '2026-03-10T14:00:00-07:00', average_heart_rate: 0 },
    ...{ bedtime_end: '2026-03-10T13:00:00-07:00', total_sleep_duration: ' 1800 ', light_sleep_duration: -5 },
  };
  const [row] = tableOf(PERIOD_COLUMNS, periodsOf([{ ...RECORD, periods: [sent] }])).rows;
  expect(Object.fromEntries(PERIOD_COLUMNS.map(({ name }, index) => [name, row?.[index]]))).toMatchObject({
    ...{ id: 'p3', type: 'siesta', bedtime_start_offset: -420, bedtime_end: null, average_heart_rate: null },
    ...{ total_sleep_duration: 1800, light_sleep_duration: null },
  });
});

test('a period is one row, counted or not, and a value of the wrong type is null', () => {
  const { rows, columns } = tableOf(PERIOD_COLUMNS, periodsOf([RECORD]));
  const cell = (row: number, name: string) =>
    rows[row]?.[columns.findIndex((column) => column.name === name)];
  expect([cell(0, 'counted'), cell(1, 'counted')]).toEqual([true, false]);
  expect([cell(0, 'time_in_bed'), cell(0, 'average_hrv'), cell(1, 'average_hrv')]).toEqual([
    29_000,
    55,
    null,
  ]);
});

test('a sample of the curves is one row per instant, in order, with the phase of its 5 minutes', () => {
  const night: SleepRecord = {
    ...RECORD,
    periods: [{ id: 'p1', bedtime_start: '2026-03-09T22:30:00-07:00' }],
    series: [
      {
        period_id: 'p1',
        sleep_phase_5_min: '41',
        heart_rate: { timestamp: '2026-03-09T22:30:00-07:00', interval: 300, items: '58,,55.5' },
        hrv: { timestamp: '2026-03-09T22:32:00-07:00', interval: 300, items: '40' },
      },
    ],
  };
  const { rows } = tableOf(SERIES_COLUMNS, seriesOf([night]));
  expect(rows).toEqual([
    ['2026-03-10', 'p1', '2026-03-10T05:30:00.000Z', 'awake', 58, null],
    ['2026-03-10', 'p1', '2026-03-10T05:32:00.000Z', null, null, 40],
    ['2026-03-10', 'p1', '2026-03-10T05:35:00.000Z', 'deep', null, null],
    ['2026-03-10', 'p1', '2026-03-10T05:40:00.000Z', null, 55.5, null],
  ]);
  expect(seriesOf([RECORD])).toEqual([]);
});

test('a set is one row in kilograms, on the day of its session', () => {
  const set = { ...setOn('2026-03-10', 100, '8'), timestamp: Date.parse('2026-03-10T23:30:00Z') / 1000 };
  expect(
    firstObject(
      tableOf(
        WORKOUT_COLUMNS,
        datedSets([set], () => '2026-03-11'),
      ),
    ),
  ).toMatchObject({
    date: '2026-03-11',
    timestamp: '2026-03-10T23:30:00.000Z',
    weight: 100,
    repetitions: 8,
    volume_load: 800,
    estimated_1rm: 126.667,
  });
});

test('a set has what its app kept of it', () => {
  const kept = {
    workout_title: 'Legs',
    source: 'Strong',
    rpe: 8.5,
    duration_s: 60,
    distance_m: 400.5,
  } as const;
  const set = setOn('2026-03-10', 0, '8', { ...kept, assistance: 20 * POUNDS_PER_KILOGRAM });
  expect(
    firstObject(
      tableOf(
        WORKOUT_COLUMNS,
        datedSets([set], () => '2026-03-10'),
      ),
    ),
  ).toMatchObject({
    ...{ workout_title: 'Legs', source: 'Strong', rpe: 8.5, duration: 60, distance: 400.5, assistance: 20 },
  });
});

describe('the data dictionary', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'data.md'), 'utf8');
  const exported = text.slice(text.indexOf('## Exported tables'));

  /** Name, type and unit of each row of the table under a heading. */
  const documented = (heading: string): string[][] => {
    const section = exported.split(`\n### ${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    return rows.map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  };
  const columnInfo = ({ name, type, unit }: Column) => [name, type, unit || '–'];

  test.each([
    ['nights', NIGHT_COLUMNS as readonly Column[]],
    ['periods', PERIOD_COLUMNS],
    ['series', SERIES_COLUMNS],
    ['workouts', WORKOUT_COLUMNS],
  ])('names every column of %s with its type and unit, and no other', (heading, columns) => {
    expect(documented(heading)).toEqual(columns.map(columnInfo));
  });

  test('names every column of features with its type and unit, and no other', () => {
    const metrics = FEATURE_COLUMNS.filter(({ name }) =>
      FEATURE_COLUMNS.some((other) => other.name === `${name}_mean_7`),
    );
    const expanded = documented('features').flatMap(([name = '', type = '', unit = '']) =>
      (name.includes('<metric>') ? metrics : [{ name: '', unit }]).flatMap((metric) =>
        (name.includes('<n>') ? ['1', '2', '3'] : ['']).map((lag) => [
          name.replace('<metric>', metric.name).replace('<n>', lag),
          type,
          unit === 'of the metric' ? metric.unit : unit,
        ]),
      ),
    );
    const byName = (one: readonly string[], other: readonly string[]) =>
      String(one[0]).localeCompare(String(other[0]));
    expect(metrics).toHaveLength(METRIC_NAMES.length);
    expect(expanded.sort(byName)).toEqual(FEATURE_COLUMNS.map(columnInfo).sort(byName));
  });
});
