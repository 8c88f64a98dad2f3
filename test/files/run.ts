// npm run test:files: exports nights, periods, series, workouts and features in every format by the commands, also into followed
// folders, and opens the files in pandas, DuckDB and Python's SQLite, which are installed from PyPI into node_modules/.cache, and in the CSV dialect of Excel. Excel itself is not
// available here: what it needs (byte order mark, commas, CRLF, equal widths, no formulas) is checked by the bytes. Ends with 0
// and SKIPPED in capitals where python3 or PyPI is not there.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FEATURE_COLUMNS } from '../../services/insights/export/features.ts';
import { FOLLOWED_FORMATS } from '../../services/insights/export/followed-files.ts';
import { piecesOf, TABLE_FORMATS } from '../../services/insights/export/formats.ts';
import { NIGHT_COLUMNS } from '../../services/insights/export/nights.ts';
import { PERIOD_COLUMNS } from '../../services/insights/export/periods.ts';
import { SERIES_COLUMNS } from '../../services/insights/export/series.ts';
import { type Column, column, tableOf } from '../../services/insights/export/table.ts';
import { WORKOUT_COLUMNS } from '../../services/insights/export/workouts.ts';
import { drawsFrom } from '../helpers/draws.ts';
import { pythonPackages } from '../helpers/python-packages.ts';

const PACKAGES = ['pandas==3.1.1', 'pyarrow==26.0.1', 'duckdb==2.0.0', 'pytz==2026.6'];
const ROOT = join(import.meta.dirname, '..', '..');
const PYTHON = pythonPackages(`table-readers-${PACKAGES.join('-').replaceAll('==', '-')}`, PACKAGES);
const NOW = '2026-03-10T12:00:00-07:00';

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  nights: NIGHT_COLUMNS,
  periods: PERIOD_COLUMNS,
  series: SERIES_COLUMNS,
  features: FEATURE_COLUMNS,
  workouts: WORKOUT_COLUMNS,
};

/** Names that a careless reader or writer trips over. */
const WORKOUTS = [
  'title,start_time,exercise_title,set_type,weight_kg,reps',
  ...[
    'Kniebeuge äöü 深蹲',
    '=HYPERLINK("http://x")',
    '@SUM(A1)',
    '＝1+1',
    'Press\u2028with\u2029line\u000bbreaks\u000c',
    'Row\r\nof two',
    'Curl\rof two',
    'Fly, Seated (Cable)',
    '- none -',
    '"quoted"',
    '007',
    'NA',
  ].map(
    (name, index) =>
      `Legs,"2 Mar 2026, 18:00","${name.replaceAll('"', '""')}",normal,${index === 0 ? '' : 20.25 * index},${5 + index * 2}`,
  ),
].join('\n');

/** What a text can contain that some reader takes for the end of a line or of a field, or for a formula. */
const PIECES = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '\v',
    '\f',
    '\x1c',
    '\x1d',
    '\x1e',
    '\u0085',
    '\u2028',
    '\u2029',
    '\t',
    '\x01',
    '\x7f',
  ],
  ...['=', '+', '-', '@', '＝', '＋', '－', '＠', '"', "'", ',', ';', ' ', '\u200B', 'a', '深', '💪', '7'],
];
const TEXT_COLUMNS = [
  column<string>('row', 'text', '', 'number of the row', (text) => `row ${text.length}`),
  column<string>('text', 'text', '', 'any text', (text) => text),
];

/** Writes a table of random texts in every format. They begin with a letter only by chance. */
const writeTexts = (folder: string) => {
  const draw = drawsFrom(1);
  const texts = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + draw(8) }, () => PIECES[draw(PIECES.length)] ?? '').join(''),
  );
  const table = tableOf(TEXT_COLUMNS, texts);
  for (const format of TABLE_FORMATS) {
    const pieces = piecesOf(table, format, {
      name: 'texts',
      bom: true,
      metadata: { time_zone: '', software_version: '', created_at: '' },
    });
    writeFileSync(
      join(folder, `texts.${format}`),
      Buffer.concat([...pieces].map((piece) => Buffer.from(piece))),
    );
  }
  return {
    columns: TEXT_COLUMNS.map(({ name, type, unit }) => ({ name, type, unit })),
    rows: texts.map((text) => ({ row: `row ${text.length}`, text })),
  };
};

const MAIN = join(ROOT, 'services', 'cli', 'main.ts');
const ENV = { PATH: process.env['PATH'] ?? '', TZ: 'UTC' };

/** Runs one of our commands as a user does; throws where it fails. */
const run = (...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: ENV,
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
};

/** The table in every format, and what is in it: of the nights by the items as they are stored. */
const exportAll = (folder: string, data: string, name: string) => {
  const what = ['export', '--what', name, '--data-dir', data];
  for (const format of TABLE_FORMATS)
    run(...what, '--format', format, '--out', join(folder, `${name}.${format}`));
  const rows = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Record<string, unknown>[];
  const columns = COLUMNS[name] ?? [];
  return { columns: columns.map(({ name, type, unit }) => ({ name, type, unit })), rows };
};

/** Follows the data folder with a folder in each format until it is up to date. */
const followOnce = async (folder: string, data: string): Promise<void> => {
  for (const format of FOLLOWED_FORMATS) {
    const args = [MAIN, 'export', '--follow', folder, '--format', format, '--data-dir', data];
    const child = spawn(process.execPath, args, { env: ENV });
    child.stdout.resume();
    const closed = once(child, 'close');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Up to date.')) child.kill();
    });
    const [code] = await closed;
    if (code !== 0) throw new Error(`export --follow ended with ${code}: ${said}`);
  }
};

/** Minutes east of UTC, found otherwise than the export does: by what the wall shows less what UTC shows. */
const offsetOf = (instant: unknown): number | null =>
  typeof instant === 'string'
    ? (Date.parse(`${instant.slice(0, 19)}Z`) - Date.parse(instant)) / 60_000
    : null;

const prove = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-files-'));
  const data = join(folder, 'data');
  try {
    run('start', '--once', '--days', '120', '--ring', 'forgetful', '--now', NOW, '--data-dir', data);
    const [nights, periods, series, features] = ['nights', 'periods', 'series', 'features'].map((name) =>
      exportAll(folder, data, name),
    );
    // Before the import, which hides the simulated training.
    await followOnce(join(folder, 'oura-files'), data);
    for (const row of nights?.rows ?? []) {
      row['bedtime_start_offset'] = offsetOf(row['bedtime_start']);
      row['bedtime_end_offset'] = offsetOf(row['bedtime_end']);
      // Lists in the stored items, texts in the columns.
      row['incomplete'] = (row['incomplete'] as string[]).join(' ') || null;
      row['remarks'] =
        (row['remarks'] as Record<string, string>[])
          .map(({ kind, period_id, field }) => [kind, period_id, field].filter(Boolean).join(' '))
          .join('; ') || null;
    }
    const sets = join(folder, 'sets.csv');
    writeFileSync(sets, WORKOUTS);
    run('workouts', 'import', sets, '--data-dir', data);
    const workouts = exportAll(folder, data, 'workouts');
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ texts: writeTexts(folder), nights, periods, series, features, workouts }),
    );
    const script = join(import.meta.dirname, 'open-files.py');
    return spawnSync(PYTHON.command('python'), [script, folder], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const missing = PYTHON.install();
if (missing === undefined) process.exitCode = await prove();
else console.error(`\n*** SKIPPED: the exported files were NOT opened. Missing: ${missing} ***\n`);
