import { goneOn } from '../../../services/ring-simulator/api/messy-calls.ts';
import type { PlantedKind } from '../../../services/ring-simulator/sleeper/planted-faults.ts';
import type { Scenario } from '../../../services/ring-simulator/sleeper/scenario.ts';
import { type RingSimulator, startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { temporaryDataDir } from '../../helpers/command.ts';
import { runBackfill } from '../../helpers/run-backfill.ts';
import { startLocalRun } from '../../helpers/start-run.ts';
import { NOON, startPipeline, TIME_ZONE, TODAY } from './pipeline.ts';
import { readTables, type Tables } from './tables.ts';

/** A pipeline with a simulated ring. Both have one clock, which `runAt` moves. */
export interface MessyPipeline extends AsyncDisposable {
  readonly ring: RingSimulator;
  /** Runs the pipeline at `now` and returns what it has stored since the beginning. */
  runAt(now: number, range?: { readonly from: Day; readonly to: Day }): Promise<Tables>;
}

export const startMessyPipeline = async (scenario: Scenario, seed: number): Promise<MessyPipeline> => {
  await using opened = new AsyncDisposableStack();
  let now = NOON;
  const clock = { now: () => now };
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock, seed, scenario });
  opened.defer(() => ring.stop());
  const folder = await temporaryDataDir();
  opened.defer(() => folder.remove());
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  opened.defer(() => runtime.stop());
  const started = opened.move();
  let runs = 0;
  const runSchedule = async () => {
    runs += 1;
    await startLocalRun(runtime, `run-${runs}`, { trigger: 'schedule' });
    const { status } = await runtime.waitForExecution(`run-${runs}`);
    if (status !== 'SUCCEEDED') throw new Error(`The run ended as ${status}`);
  };
  const backfill = async (range: { readonly from: Day; readonly to: Day }) => {
    const { halt } = await runBackfill(runtime, clock, range);
    if (halt !== undefined) throw new Error(`The backfill ended: ${JSON.stringify(halt)}`);
  };
  return {
    ring,
    runAt: async (at, range) => {
      now = at;
      if (range) await backfill(range);
      else await runSchedule();
      await runtime.idle();
      return readTables(runtime, clock);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
};

/** The remarks of nights, one text each, sorted. */
export const remarksOf = (nights: readonly SleepRecord[]): string[] =>
  nights.flatMap(({ date, remarks }) => remarks.map(({ kind }) => `${date} ${kind}`)).sort();

/** Faults that change no metric of their day. */
const HARMLESS: readonly PlantedKind[] = [
  'repeated_inside',
  'repeated_by_ring',
  'unknown_type',
  'no_bedtime_start',
  'no_id',
  'reversed_bedtimes',
  'no_day',
  'number_as_text',
  'late_score',
];

const metricsOf = (night: SleepRecord) => METRIC_NAMES.map((name) => [name, night[name]]);

/** `seed`, or the next one whose ring answers for every collection on the given days. */
const answeringSeed = (seed: number, days: readonly Day[]): number =>
  days.some((day) => goneOn(seed, day).length > 0) ? answeringSeed(seed + 1, days) : seed;

/**
 * The result of syncing the `days` days up to today from a messy ring: what is stored, what was planted, and what the
 * same ring without faults would have given.
 */
export const syncMessyHistory = async (days: number, firstSeed: number) => {
  const seed = answeringSeed(firstSeed, [TODAY]);
  const range = { from: addDays(TODAY, 1 - days), to: TODAY };
  await using messy = await startMessyPipeline('messy', seed);
  await using steady = await startMessyPipeline('steady', seed);
  const tables = await messy.runAt(NOON, range);
  const right = await steady.runAt(NOON, range);
  const planted = messy.ring.planted(range.from, range.to);
  const isPast = ({ at }: { at: number }) => at <= NOON;
  const changed = new Set(
    messy.ring.planted(addDays(range.from, -1), range.to).flatMap((fault) => {
      if (fault.kind === 'moved' && isPast(fault)) return [addDays(fault.day, 1)];
      if (fault.kind === 'withdrawn' && isPast(fault)) return [];
      return HARMLESS.includes(fault.kind) && isPast(fault) ? [] : [fault.day];
    }),
  );
  return {
    tables,
    calls: messy.ring.calls.length,
    planted,
    /** The days that Oura has lost before they were read. */
    lost: planted.filter((fault) => fault.kind === 'emptied' && isPast(fault)).map(({ day }) => day),
    /** The metrics of the days on which no fault changes one. */
    stored: tables.nights.filter(({ date }) => !changed.has(date)).map(metricsOf),
    expected: right.nights.filter(({ date }) => !changed.has(date)).map(metricsOf),
  };
};
