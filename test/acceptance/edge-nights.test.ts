import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EDGE_RECORDS,
  EXPECTED_GAPS,
  EXPECTED_NIGHTS,
  EXPECTED_PERIODS,
  INVALID_DAY,
} from '../fixtures/oura/edge-nights.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';
import { startFixtureOura } from '../helpers/fixture-oura.ts';

const KEY = 'planted-token-4c1d';

let oura: Awaited<ReturnType<typeof startFixtureOura>>;
let dataDir: DataFolder;
let run: Awaited<ReturnType<typeof runCommand>>;
let nights: { readonly date: string; readonly periods: readonly object[] }[];
const DAYS = [...Object.keys(EXPECTED_NIGHTS), ...Object.keys(EXPECTED_GAPS), INVALID_DAY.date].sort();

// One run and one export serve all the tests below: each process costs a second or more.
beforeAll(async () => {
  oura = await startFixtureOura({ records: EDGE_RECORDS, pageSize: 2 });
  dataDir = await temporaryDataDir();
  run = await runCommand(
    [
      ...['start', '--once', '--now', '2026-04-10T12:00:00-07:00', '--retry-base', '0.1'],
      ...['--from', DAYS[0] as string, '--to', DAYS.at(-1) as string, ...dataDir.option],
    ],
    { OURA_API_BASE_URL: oura.url, OURA_API_KEY: KEY },
  );
  nights = await json('export');
});
afterAll(async () => {
  await oura.stop();
  await dataDir.remove();
});

const json = async (...args: string[]) => {
  const { code, stdout } = await runCommand([...args, '--format', 'json', ...dataDir.option]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

test('against an independent server with pages of two, every night is right to the last field', async () => {
  expect(nights.map(({ date }) => date)).toEqual(Object.keys(EXPECTED_NIGHTS).sort());
  for (const night of nights) {
    expect(night).toMatchObject({ ...EXPECTED_NIGHTS[night.date], revision: 1, history: [] });
    expect(night.periods).toHaveLength(EXPECTED_PERIODS[night.date] as number);
  }
});

test('a night with a negative duration fails alone, and the command says so with exit 1', async () => {
  expect(run.code).toBe(1);
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(new RegExp(`${INVALID_DAY.date}: InvalidRecord: .*${INVALID_DAY.path}`));
  expect(await json('failures')).toMatchObject([
    { cause: 'InvalidRecord', count: 1, dates: [{ date: INVALID_DAY.date, state: 'parked' }] },
  ]);
});

test('each gap has its reason', async () => {
  const range = ['--from', DAYS[0] as string, '--to', DAYS.at(-1) as string];
  const gaps = await json('gaps', ...range);
  const reasons = Object.fromEntries(gaps.map(({ date, reason }: Record<string, string>) => [date, reason]));
  expect(reasons).toMatchObject({ ...EXPECTED_GAPS, [INVALID_DAY.date]: 'parked' });
  // Every other day of the range is one that the server has no activity of either.
  for (const night of Object.keys(EXPECTED_NIGHTS)) expect(reasons).not.toHaveProperty(night);
  const { stdout } = await runCommand(['gaps', ...range, ...dataDir.option]);
  const parked = Object.values(reasons).filter((reason) => reason === 'parked').length;
  expect(stdout).toMatch(
    new RegExp(`^${gaps.length} dates without a night: .*\\b${parked} parked\\b.*\\.$`, 'm'),
  );
});

test('no series of five minutes or thirty seconds is stored', async () => {
  for (const night of nights) {
    for (const period of night.periods) {
      expect(Object.keys(period)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(heart_rate|hrv|movement_30_sec|.*sleep_phase.*)$/)]),
      );
    }
  }
});

test('no log line holds the token or a health value', async () => {
  const log = await readFile(join(dataDir.path, 'log.jsonl'), 'utf8');
  expect(log).toContain('Planned');
  expect(log).not.toContain(KEY);
  // Numbers of the stored nights that cannot be there for another reason: four digits or more, or with a fraction.
  const values = nights.flatMap((night) =>
    Object.values(night).filter((value) => typeof value === 'number' && (value > 999 || value % 1 !== 0)),
  );
  expect(values.length).toBeGreaterThan(20);
  const numbers = new Set(log.match(/\d+(\.\d+)?/g));
  expect(values.filter((value) => numbers.has(String(value)))).toEqual([]);
  expect(log).not.toMatch(/bedtime|heart_rate"|"hrv"/);
});

test('the files of the data folder are readable by their owner only', async () => {
  expect((await stat(dataDir.path)).mode & 0o077).toBe(0);
  expect((await stat(join(dataDir.path, 'log.jsonl'))).mode & 0o077).toBe(0);
});
