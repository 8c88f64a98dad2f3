import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parquetReadObjects } from 'hyparquet';
import { SQLITE_FILE } from '../../services/insights/export/followed-files.ts';
import { EXPORTED } from '../../services/insights/export/read-table.ts';
import {
  type DataFolder,
  type Running,
  runCommand,
  startCommand,
  temporaryDataDir,
} from '../helpers/command.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'services', 'cli', 'main.ts');

let filled: DataFolder;
let dataDir: DataFolder;
let folder: string;
let begun: Running[] = [];
beforeAll(async () => {
  filled = await temporaryDataDir();
  // The simulated ring logs no training that is older than two years.
  const now = ['--now', '2026-01-20T12:00:00-08:00'];
  // Through the turn of a year.
  const range = [...now, '--from', '2025-12-22', '--to', '2026-01-19'];
  expect(await runCommand(['start', '--once', ...range, ...filled.option])).toMatchObject({ code: 0 });
});
afterAll(() => filled.remove());
beforeEach(async () => {
  dataDir = await temporaryDataDir();
  cpSync(filled.path, dataDir.path, { recursive: true });
  folder = join(dataDir.path, '..', 'followed');
});
afterEach(async () => {
  for (const { process } of begun) process.kill('SIGKILL');
  await Promise.all(begun.map(({ ended }) => ended));
  begun = [];
  await dataDir.remove();
});

/** Starts a command that the end of the test ends. */
const begin = (args: readonly string[]): Running => {
  const running = startCommand([...args, ...dataDir.option]);
  begun.push(running);
  return running;
};

const following = (format: string, ...args: string[]) =>
  begin(['export', '--follow', folder, '--format', format, ...args]);

const UP_TO_DATE = 'Up to date. Ctrl-C stops.';

/** The rows of a table in the Parquet files. */
const parquetRows = async (table: string): Promise<Record<string, unknown>[]> => {
  const paths = globSync(`${table}/year=*/*.parquet`, { cwd: folder }).sort();
  const files = paths.map((path) => new Uint8Array(readFileSync(join(folder, path))).buffer);
  return (await Promise.all(files.map((file) => parquetReadObjects({ file })))).flat();
};

const sqliteRows = (table: string, path = join(folder, SQLITE_FILE)): Record<string, unknown>[] => {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare(`SELECT * FROM ${table}`).all();
};

/** The rows that the command prints without --follow. */
const exported = async (what: string): Promise<Record<string, unknown>[]> => {
  const { stdout } = await runCommand(['export', '--what', what, '--format', 'jsonl', ...dataDir.option]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** The names and the number of the values that are there, in which all formats agree. */
const shapeOf = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) => Object.keys(row).filter((name) => row[name] !== null));

const datesOf = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ date }) => (date instanceof Date ? date.toISOString().slice(0, 10) : date));

test('both formats follow npm start and the commands beside it, and end at SIGTERM', async () => {
  const pipeline = begin(['start', '--days', '1', '--page-port', '0']);
  await pipeline.printed('Next sync');
  const followers = [following('parquet'), following('sqlite')];
  for (const follower of followers) await follower.said(UP_TO_DATE);
  for (const table of EXPORTED) {
    const rows = await exported(table);
    expect(shapeOf(await parquetRows(table))).toEqual(shapeOf(rows));
    expect(shapeOf(sqliteRows(table))).toEqual(shapeOf(rows));
    expect(datesOf(sqliteRows(table))).toEqual(datesOf(rows));
  }
  expect(readdirSync(folder).sort()).toEqual([...EXPORTED, SQLITE_FILE].sort());

  // What a reader has that opened the file now.
  linkSync(join(folder, SQLITE_FILE), join(folder, 'earlier'));
  const earlier = await exported('nights');
  const untouched = statSync(join(folder, 'nights/year=2026/nights.parquet')).ino;
  /** Waits until the files have the nights that the commands print. */
  const expectUpdate = async (): Promise<void> => {
    const nights = JSON.stringify(datesOf(await exported('nights')));
    const isShown = async () =>
      [await parquetRows('nights'), sqliteRows('nights')].every(
        (rows) => JSON.stringify(datesOf(rows)) === nights,
      );
    while (!(await isShown())) await sleep(200);
  };
  const range = ['--from', '2025-12-01', '--to', '2025-12-10'];
  expect(await runCommand(['backfill', ...range, ...dataDir.option])).toMatchObject({ code: 0 });
  await expectUpdate();
  expect(statSync(join(folder, 'nights/year=2026/nights.parquet')).ino).toBe(untouched);
  expect(datesOf(sqliteRows('nights', join(folder, 'earlier')))).toEqual(datesOf(earlier));

  pipeline.process.kill('SIGINT');
  await pipeline.ended;
  const next = ['--from', '2026-01-20', '--to', '2026-01-21'];
  expect(await runCommand(['start', '--once', ...next, ...dataDir.option])).toMatchObject({ code: 0 });
  await expectUpdate();
  for (const follower of followers) {
    follower.process.kill('SIGTERM');
    expect(await follower.ended).toMatchObject({ code: 0, stdout: '' });
  }
});

test('started again after a kill, it writes only what is missing, and removes what the kill left', async () => {
  const killed = following('parquet');
  await killed.said('/nights/year=2026');
  killed.process.kill('SIGKILL');
  await killed.ended;
  writeFileSync(join(folder, `.${killed.process.pid}.new`), 'half a file');
  const whole = globSync('**/*.parquet', { cwd: folder });
  const again = following('parquet');
  await again.said(UP_TO_DATE);
  again.process.kill('SIGINT');
  const { code, stderr } = await again.ended;
  expect(code).toBe(0);
  expect(whole.filter((path) => stderr.includes(path))).toEqual([]);
  expect(globSync('.*.new', { cwd: folder })).toEqual([]);
  for (const table of EXPORTED) expect(await parquetRows(table)).toHaveLength((await exported(table)).length);
});

test('a kill while a file is written leaves the earlier file whole', async () => {
  const first = following('sqlite', '--to', '2026-01-01');
  await first.said(UP_TO_DATE);
  first.process.kill('SIGINT');
  await first.ended;
  const path = join(folder, SQLITE_FILE);
  const before = readFileSync(path);
  for (let kills = 0; kills < 5; kills++) {
    writeFileSync(path, before);
    const watcher = watch(folder);
    const follower = following('sqlite');
    const written = new Promise<void>((resolve) => {
      watcher.on('change', (_, name) => {
        if (/^\.\d+\.new$/.test(String(name))) resolve();
      });
    });
    await written;
    follower.process.kill('SIGKILL');
    await follower.ended;
    watcher.close();
    // The earlier file, or the new one if the kill came too late.
    expect([11, 29]).toContain(sqliteRows('nights').length);
  }
});

test('a disk without room ends the first update with one sentence, and leaves the earlier files', async () => {
  const first = following('sqlite', '--to', '2026-01-01');
  await first.said(UP_TO_DATE);
  first.process.kill('SIGINT');
  await first.ended;
  const before = readFileSync(join(folder, SQLITE_FILE));
  const args = ['export', '--follow', folder, '--format', 'sqlite', ...dataDir.option];
  const limited = spawn('bash', ['-c', 'ulimit -f 100; exec "$@"', 'bash', process.execPath, MAIN, ...args]);
  let stderr = '';
  limited.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(limited, 'close');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `${join(folder, SQLITE_FILE)} cannot be used: the largest file size is reached (ulimit -f).\n`,
  });
  expect(readFileSync(join(folder, SQLITE_FILE)).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual([SQLITE_FILE]);
});

test.each([
  [['--format', 'csv'], 'FOLDER', '--follow needs --format parquet or --format sqlite.'],
  [[], 'FOLDER', '--follow needs --format parquet or --format sqlite.'],
  [['--format', 'sqlite'], 'DATA', 'belongs to a data folder: choose another one for --follow.'],
  [['--format', 'sqlite'], 'DATA/tables', 'belongs to a data folder: choose another one for --follow.'],
  [['--format', 'sqlite'], 'FILE/folder', 'cannot be used: a part of the path is not a folder.'],
  [['--format', 'sqlite', '--out', 'x.sqlite'], 'FOLDER', "cannot be used with option '--out <file>'"],
])('rejects %j into %s in one sentence', async (args, into, sentence) => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), '');
  const target = into
    .replace('FOLDER', folder)
    .replace('DATA', dataDir.path)
    .replace('FILE', join(folder, 'file'));
  const { code, stderr, stdout } = await runCommand([
    'export',
    '--follow',
    target,
    ...args,
    ...dataDir.option,
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(sentence);
  expect(readdirSync(folder)).toEqual(['file']);
});
