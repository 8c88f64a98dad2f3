import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Day, dayIn } from '../../shared/core/day.ts';
import { type RunStatus, statusOf } from '../../shared/core/ledger.ts';
import { startPipeline } from '../reliability/support/pipeline.ts';
import { readTables, type Tables } from '../reliability/support/tables.ts';
import { testClock } from './clock.ts';
import { temporaryDataDir } from './command.ts';
import { type FixtureOura, type FixtureRecords, startFixtureOura } from './fixture-oura.ts';
import { startLocalRun } from './start-run.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'oura-cases');

/** The cases of test/fixtures/oura-cases, by the names of their files. */
export const OURA_CASES = [
  'bad-nap-beside-night',
  'before-the-first-record',
  'odd-breathing-index',
  'optional-collection-gone',
  'overlap-contained',
  'record-without-day',
  'scope-granted-later',
  'score-comes-later',
  'sleeper-ahead-of-the-zone',
  'split-night',
  'unknown-type-beside-night',
] as const;
export type OuraCase = (typeof OURA_CASES)[number];

/** One run of a case: a command, and what Oura holds meanwhile. */
export interface CaseRun {
  readonly command: string;
  readonly from?: Day;
  readonly to?: Day;
  readonly now: string;
  readonly timeZone: string;
  readonly records: FixtureRecords;
  /** The HTTP status of each collection that fails. */
  readonly status: Readonly<Record<string, number>>;
}

/** A case of test/fixtures/oura-cases as its file has it: `now`, `status` and `records` are lists if they change. */
interface CaseFile {
  readonly ask: {
    readonly command?: string;
    readonly from?: Day;
    readonly to?: Day;
    readonly now: string | readonly string[];
    readonly time_zone: string;
  };
  readonly status?: readonly Readonly<Record<string, number>>[];
  readonly records: FixtureRecords | readonly FixtureRecords[];
  readonly expect: CaseExpectation;
}

type StatedNights = Readonly<Record<Day, Readonly<Record<string, string | number | null>>>>;

/** What must come of a case, as its file states it. */
interface CaseExpectation {
  /** The exit code. */
  readonly exit?: number;
  /** The values of each night; a metric that is not named is as in the records. */
  readonly nights?: StatedNights;
  readonly nights_after_second_run?: StatedNights;
  readonly nights_stored?: number;
  /** The dates with a night, or how many there are. */
  readonly stored?: readonly Day[] | number;
  readonly parked_at_most?: number;
  /** The reason of the dates that are neither stored nor parked. */
  readonly others?: string;
  readonly incomplete?: readonly string[];
  readonly nights_with_breathing_disturbances_after_second_run?: number;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

const readCase = (name: OuraCase) =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as CaseFile;

export const statedBy = (name: OuraCase): CaseExpectation => readCase(name).expect;

/** The runs of a case. What does not change repeats. */
export const caseRuns = (name: OuraCase): readonly CaseRun[] => {
  const { ask, status = [{}], records } = readCase(name);
  const { command = 'start', now, time_zone: timeZone, ...range } = ask;
  const at = <T>(values: readonly T[], run: number): T => values[Math.min(run, values.length - 1)] as T;
  return listOf(now).map((instant, run) => ({
    command,
    ...range,
    now: instant,
    timeZone,
    records: at(listOf(records), run),
    status: at(status, run),
  }));
};

/** Lets the server hold what Oura holds during `run`. */
export const serveRun = (oura: FixtureOura, { records, status }: CaseRun): void => {
  Object.assign(oura.records, records);
  oura.respondWith(({ collection }) => {
    const failing = status[collection];
    return failing === undefined
      ? undefined
      : { status: failing, body: { status: failing, title: 'Failed' } };
  });
};

/** What the runs of a case left behind. */
export interface CasePlayed extends Tables {
  /** The status of each run, e.g. `complete`: every date has settled, and `npm start -- --once` exits with 0. */
  readonly statuses: readonly RunStatus[];
  /** The collections that each run asked for, one entry per request. */
  readonly requested: readonly (readonly string[])[];
}

/** Plays a case with the whole pipeline in this process, against a real HTTP server. */
export const playCase = async (name: OuraCase): Promise<CasePlayed> => {
  const runs = caseRuns(name);
  const [{ timeZone }] = runs as [CaseRun];
  await using cleanUp = new AsyncDisposableStack();
  const oura = await startFixtureOura({ records: {} });
  cleanUp.defer(() => oura.stop());
  const folder = await temporaryDataDir();
  cleanUp.defer(() => folder.remove());
  const clock = testClock(runs[0]?.now ?? '');
  const settings = { timeZone, retryBaseSeconds: 0.02 };
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: oura.url, settings });
  cleanUp.defer(() => runtime.stop());

  const requested: string[][] = [];
  for (const [index, run] of runs.entries()) {
    const { command, from, to, now } = run;
    clock.set(now);
    serveRun(oura, run);
    const before = oura.requests.length;
    const trigger = command === 'backfill' ? 'backfill' : 'manual';
    const runId = `run-${index + 1}`;
    // A backfill without an end goes up to today.
    const end = to ?? (trigger === 'backfill' ? dayIn(timeZone, clock.now()) : undefined);
    await startLocalRun(runtime, runId, { trigger, from, to: end });
    await runtime.waitForExecution(runId);
    await runtime.idle();
    requested.push(oura.requests.slice(before).map(({ collection }) => collection));
  }
  const tables = await readTables(runtime, clock);
  return { ...tables, statuses: tables.runs.map(statusOf), requested };
};
