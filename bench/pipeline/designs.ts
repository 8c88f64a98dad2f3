import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { readSettings } from '../../cdk/settings.ts';
import { importHandler } from '../../services/local/emulators/functions.ts';
import { type LocalRuntime, openLocal, startLocal } from '../../services/local/start.ts';
import { type Clock, clockFrom, iso } from '../../shared/core/clock.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { testLog } from '../../test/helpers/log.ts';
import { runBackfill } from '../../test/helpers/run-backfill.ts';
import { openCountedPipeline } from '../cost/pipeline.ts';
import { dollars, type Item } from '../cost/prices.ts';
import { ASSUMED, usageOf } from '../cost/usage.ts';
import { nodeArguments } from '../npm-script.ts';
import { runTimed, type Taken } from '../timed-process.ts';
import { lambdaMemoryOptions, startWorkerProcesses } from '../worker-process.ts';
import { runModule } from './child.ts';
import type { CopierArgument } from './copier.ts';
import type { FloorArgument } from './floor.ts';
import type { PerDateAnswer, PerDateArgument } from './per-date.ts';
import { type Counts, OURA, type Simulator, startSimulator } from './simulator.ts';

/** The last date of every measurement, and its start time. */
const TODAY: Day = '2026-03-10';
const NOON = Date.parse(`${TODAY}T12:00:00-07:00`);

export const DESIGNS = {
  pipeline: 'this pipeline',
  perDate: 'per date',
  copier: 'plain copier',
  floor: 'floor',
} as const;

/** One row of the table. `undefined`: not applicable to the design, or not measured. */
export interface Figures extends Counts {
  readonly design: keyof typeof DESIGNS;
  readonly dates: number;
  readonly seconds: number;
  /** CPU time of all threads and child processes. */
  readonly cpuSeconds?: number;
  readonly invocations?: number;
  readonly transitions?: number;
  /** Peak resident memory of the working process in MB. For the pipeline it includes the embedded services. */
  readonly megabytes: number;
  /** Peak resident memory of a worker in a separate process, in MB. */
  readonly workerMegabytes?: number;
  readonly dollars?: number;
}

const firstOf = (dates: number): Day => addDays(TODAY, 1 - dates);
const POLL_MS = 300;
/** The memory limit of a worker, set as Lambda sets it. */
export const WORKER_MB = 256;

/** Runs `work` with a new simulated Oura and an empty folder. Also returns the simulator's counts. */
const withOura = async <Result>(
  work: (oura: Simulator, folder: string) => Promise<Result>,
): Promise<Result & Counts> => {
  const oura = await startSimulator(NOON);
  const folder = await mkdtemp(join(tmpdir(), 'oura-bench-'));
  try {
    const result = await work(oura, folder);
    return { ...result, ...(await oura.counts()) };
  } finally {
    await oura.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

const sum = (usage: Partial<Record<Item, number>>): number =>
  (Object.entries(usage) as [Item, number][]).reduce(
    (total, [item, quantity]) => total + dollars(item, quantity),
    0,
  );

/** The range for Oura: two days before the first date to two days after the last. */
const rangeOf = (dates: number) => ({
  start_date: addDays(firstOf(dates), -2),
  end_date: addDays(TODAY, 2),
});

/** Runs `npm run backfill` as users run it, including the start of the embedded services. */
const runPipeline = (dates: number): Promise<Taken & Counts> =>
  withOura(({ url }, folder) => {
    const options = ['--from', firstOf(dates), '--now', iso(NOON), '--data-dir', join(folder, 'data')];
    const env = { OURA_API_KEY: 'simulated', OURA_API_BASE_URL: url };
    return runTimed([...nodeArguments('backfill'), ...options], { folder, env });
  });

/** Runs the plain copier in the same way. */
const runCopier = (dates: number): Promise<Taken & Counts> =>
  withOura(({ url: baseUrl }, folder) => {
    const argument: CopierArgument = { baseUrl, file: join(folder, 'copy.sqlite'), ...rangeOf(dates) };
    const module = join(import.meta.dirname, 'copier.ts');
    return runTimed([module, JSON.stringify(argument)], { folder, env: {} });
  });

const runFloor = (dates: number) =>
  withOura(async ({ url: baseUrl }) => {
    const argument: FloorArgument = { baseUrl, ...rangeOf(dates) };
    const module = new URL('floor.ts', import.meta.url);
    const { answer, megabytes } = await runModule<{ seconds: number }>(module, argument);
    return { seconds: answer.seconds, megabytes };
  });

/** Runs a backfill on a pipeline in this process. Throws if a date did not settle. */
const backfill = async (runtime: LocalRuntime, clock: Clock, dates: number): Promise<number> => {
  const range = { from: firstOf(dates), to: TODAY };
  const { standing, runs, halt } = await runBackfill(runtime, clock, range, POLL_MS);
  if (halt || standing.failed > 0 || standing.done < dates)
    throw new Error('The backfill did not settle all dates');
  return runs.length;
};

/** The same with each worker in a separate process, to measure the memory that Lambda would see. */
const separated = (dates: number) =>
  withOura(async ({ url }, folder) => {
    const clock = clockFrom(NOON);
    const settings = readSettings({ ouraApiBaseUrl: url, retryBaseSeconds: 1 });
    const workers = startWorkerProcesses(lambdaMemoryOptions(WORKER_MB));
    const runtime = await startLocal({
      settings,
      dataDir: join(folder, 'data'),
      clock,
      secrets: { [settings.ouraApiKeyParameter]: 'simulated' },
      console: testLog().console,
      schedule: false,
      loadHandler: async (path) => (path.includes('worker') ? workers.createHandler : importHandler(path)),
    });
    try {
      await workers.connect(runtime);
      const executions = await backfill(runtime, clock, dates);
      const usage = await workers.usage();
      return {
        invocations: usage.reduce((total, { invocations }) => total + invocations, 0),
        transitions: executions * ASSUMED.transitionsPerExecution,
        workerMegabytes: Math.max(...usage.map(({ peakBytes }) => peakBytes / 2 ** 20)),
      };
    } finally {
      await workers.stop();
      await runtime.stop();
    }
  });

/** The same with all AWS calls counted, to compute the cost. */
const priced = (dates: number) =>
  withOura(async ({ url }) => {
    const clock = clockFrom(NOON);
    const pipeline = await openCountedPipeline(clock, url);
    try {
      const executions = await backfill(pipeline.runtime, clock, dates);
      await pipeline.runtime.idle();
      const counted = { ...pipeline.take(), executions };
      return { dollars: sum(usageOf(counted, ASSUMED.workers + 2, 1)) };
    } finally {
      await pipeline.stop();
    }
  });

const RUNS = 3;

/** The median of each figure of several runs. */
const medians = <Name extends string>(runs: readonly Readonly<Record<Name, number>>[]) => {
  const names = Object.keys(runs[0] ?? {}) as Name[];
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name]))])) as Record<
    Name,
    number
  >;
};

/**
 * Measures the designs that are quick enough to repeat. They take turns, so that other work on the machine slows all of them
 * alike. Each figure is the median of three runs.
 */
export const measureRepeated = async (dates: number): Promise<Figures[]> => {
  const [pipeline, copier, floor] = [
    [] as (Taken & Counts)[],
    [] as (Taken & Counts)[],
    [] as Awaited<ReturnType<typeof runFloor>>[],
  ];
  for (let round = 0; round < RUNS; round++) {
    pipeline.push(await runPipeline(dates));
    copier.push(await runCopier(dates));
    floor.push(await runFloor(dates));
  }
  return [
    { design: 'pipeline', dates, ...medians(pipeline) },
    { design: 'copier', dates, ...medians(copier) },
    { design: 'floor', dates, ...medians(floor) },
  ];
};

/**
 * Measures what needs other runs of the pipeline: invocations, transitions and memory of the workers, and the dollars.
 * @param measure.cost whether to count all AWS calls, which takes one more run
 */
export const measureOnAws = async (dates: number, measure: { cost: boolean }) => ({
  ...(await separated(dates)),
  ...(measure.cost && (await priced(dates))),
});

export const measurePerDate = async (dates: number): Promise<Figures> => {
  const module = new URL('per-date.ts', import.meta.url);
  const figures = await withOura(async ({ url }, folder) => {
    const clock = clockFrom(NOON);
    const options = {
      settings: readSettings({}),
      dataDir: join(folder, 'data'),
      clock,
      secrets: {},
      console,
    };
    const services = await openLocal(options);
    try {
      const keys = await services.clients.dynamodb.config.credentials();
      const argument: PerDateArgument = {
        baseUrl: url,
        endpoint: services.endpoint,
        keys,
        tableName: LOGICAL_ID.ouraSleepTable,
        dates: daysFrom(firstOf(dates), TODAY),
      };
      const { answer, megabytes } = await runModule<PerDateAnswer>(module, argument);
      const { seconds, invocations, transitions, busyMs, writes } = answer;
      const usage = {
        invocations,
        gbSeconds: ((busyMs / 1000) * ASSUMED.slowdown + 3 * ASSUMED.initSeconds) * 0.5,
        transitions,
        writes,
        traces: invocations + 1,
        logs: (invocations * ASSUMED.platformLogBytes.invocation) / 1e9,
      };
      return { seconds, megabytes, invocations, transitions, dollars: sum(usage) };
    } finally {
      await services.stop();
    }
  });
  return { design: 'perDate', dates, ...figures };
};

/** Describes the simulated Oura in one line. */
export const OURA_LINE = `Simulated Oura: ${OURA.scenario}, answers in ${OURA.latencyMs} ms, ${OURA.rateLimit.requests} requests per ${OURA.rateLimit.windowSeconds} s`;
