import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { array, number, object, string } from 'yup';
import { SQLITE_FILE } from '../../services/insights/export/followed-files.ts';
import { type DataFolder, runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';

// The dashboard for Grafana's plugin frser-sqlite-datasource. Its rules are those of the plugin: a time series needs an ascending
// column of seconds, and the type of the first value decides that of a column.
const dashboardSchema = object({
  panels: array(
    object({
      id: number().required(),
      title: string().required(),
      datasource: object({ uid: string().required() }).required(),
      targets: array(
        object({
          queryType: string().oneOf(['time series', 'table']).required(),
          rawQueryText: string().required(),
          queryText: string().required(),
          timeColumns: array(string().required()).required(),
        }).required(),
      ).required(),
    }).required(),
  ).required(),
});
const FILE = join(import.meta.dirname, '..', '..', 'docs', 'grafana', 'oura-sleep.json');
const { panels } = dashboardSchema.validateSync(JSON.parse(readFileSync(FILE, 'utf8')), { strict: true });

const FROM = Date.parse('2025-12-10T08:00:00Z');
const TO = Date.parse('2026-01-19T20:00:00Z');

let dataDir: DataFolder;
let database: DatabaseSync;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  // The simulated ring logs no training that is older than two years.
  const now = ['--now', '2026-01-20T12:00:00-08:00'];
  const range = [...now, '--from', '2025-12-01', '--to', '2026-01-19'];
  expect(await runCommand(['start', '--once', ...range, ...dataDir.option])).toMatchObject({ code: 0 });
  const folder = join(dataDir.path, '..', 'followed');
  const follower = startCommand(['export', '--follow', folder, '--format', 'sqlite', ...dataDir.option]);
  await follower.said('Up to date.');
  follower.process.kill('SIGTERM');
  await follower.ended;
  database = new DatabaseSync(join(folder, SQLITE_FILE), { readOnly: true });
});
afterAll(async () => {
  database.close();
  await dataDir.remove();
});

const targets = panels.flatMap(({ title, targets: all }) => all.map((target) => ({ title, ...target })));

/** The query as Grafana sends it. */
const filledIn = (query: string): string =>
  query.replaceAll('$__from', String(FROM)).replaceAll('$__to', String(TO));

test.each(targets)('$title has rows, and each column has values of one type', ({ rawQueryText }) => {
  const rows = database.prepare(filledIn(rawQueryText)).all();
  expect(rows.length).toBeGreaterThan(0);
  const columns = Object.keys(rows[0] ?? {});
  for (const column of columns) {
    const query = `SELECT DISTINCT typeof("${column}") AS type FROM (${filledIn(rawQueryText)})`;
    const types = database.prepare(query).all();
    expect({ column, types: types.filter(({ type }) => type !== 'null').length }).toEqual({
      column,
      types: 1,
    });
  }
});

test.each(targets.filter(({ queryType }) => queryType === 'time series'))(
  '$title is a time series within the range: seconds that ascend, and numbers',
  ({ rawQueryText, timeColumns }) => {
    expect(timeColumns).toEqual(['time']);
    const rows = database.prepare(filledIn(rawQueryText)).all();
    const times = rows.map(({ time }) => Number(time));
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
    // Noon of the dates that the range touches.
    expect(new Date((times[0] ?? 0) * 1000).toISOString()).toMatch(/^2025-12-1\dT12:00:00.000Z$/);
    expect(new Date((times.at(-1) ?? 0) * 1000).toISOString()).toMatch(/^2026-01-1\dT12:00:00.000Z$/);
    const values = rows.flatMap(({ time, ...row }) => Object.values(row));
    expect(values.filter((value) => value !== null && typeof value !== 'number')).toEqual([]);
  },
);

test('bedtimes are hours on the clock of the night', () => {
  const query = targets.find(({ title }) => title.startsWith('Bedtime'))?.rawQueryText ?? '';
  const row = database.prepare(`${filledIn(query)} LIMIT 1`).get();
  const night = database
    .prepare("SELECT * FROM nights WHERE date = date(?, 'unixepoch')")
    .get(Number(row?.['time']));
  const clockOf = (name: string) =>
    new Date(Date.parse(String(night?.[name])) + Number(night?.[`${name}_offset`]) * 60_000);
  const midnight = Date.parse(String(night?.['date']));
  expect(row?.['bedtime']).toBe((clockOf('bedtime_start').getTime() - midnight) / 3_600_000);
  expect(row?.['wake-up time']).toBe((clockOf('bedtime_end').getTime() - midnight) / 3_600_000);
});

test('each panel has an id of its own, and asks the data source that the user chooses', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ datasource }) => datasource.uid))).toEqual(new Set(['${datasource}']));
  for (const { rawQueryText, queryText } of targets) expect(queryText).toBe(rawQueryText);
});
