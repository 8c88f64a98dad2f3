import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { LocalRuntime } from '../../local/start.ts';
import type { Stack } from '../../operations/stack.ts';
import { workoutsOf } from '../../operations/workouts.ts';
import type { Scenario } from '../../ring-simulator/sleeper/scenario.ts';
import { suggest } from '../print/advice.ts';
import { withStopSignal } from '../stop-signal.ts';
import { UsageError } from '../usage-error.ts';
import { openLogFile } from './log-file.ts';
import { openRing } from './ring.ts';
import { checkRingOfFolder, noteRingOfFolder } from './ring-of-folder.ts';
import { localSettings } from './settings.ts';
import { clockOf } from './with-stack.ts';

/** The options of every command that runs the pipeline on this machine. */
export interface PipelineOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly timeZone?: string;
  readonly now?: number;
  readonly retryBase: number;
  /** Undefined where the user did not say: a real ring has neither. */
  readonly seed?: number;
  readonly ring?: Scenario;
}

/** How a command runs the pipeline. */
export interface ScheduledPipeline extends PipelineOptions {
  /** Whether the daily run is on. */
  readonly schedule: boolean;
}

/** The running pipeline, as the commands see it. */
export interface Pipeline {
  readonly stack: Stack;
  readonly runtime: LocalRuntime;
  /** What the user may want to know of it: where the nights come from, where AWS tools can look in. */
  readonly description: string;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** Refuses a folder that a page has open in which nothing runs: it would be told to be in use, but not by whom. */
const checkNobodyLooks = async (dataDir: string): Promise<void> => {
  const running = await findRunning(dataDir);
  if (!running || running.consumes) return;
  const page = suggest('dashboard', { dataDir });
  throw new UsageError(`${page} has the folder open (process ${running.pid}): stop it first.`);
};

/**
 * Runs `work` with the pipeline started, and stops it, whatever happens.
 * Throws a UsageError where a dashboard has the folder open.
 */
export const withLocalPipeline = async <Result>(
  options: ScheduledPipeline,
  work: (pipeline: Pipeline) => Promise<Result>,
): Promise<Result> => withStopSignal((signal) => runPipeline(options, signal, work));

const runPipeline = async <Result>(
  options: ScheduledPipeline,
  signal: AbortSignal,
  work: (pipeline: Pipeline) => Promise<Result>,
): Promise<Result> => {
  await checkNobodyLooks(options.dataDir);
  const clock = clockOf(options);
  const given = localSettings({ timeZone: options.timeZone, retryBaseSeconds: options.retryBase });
  const ring = await openRing({ ...options, timeZone: given.timeZone, clock });
  const log = openLogFile(options.dataDir);
  try {
    checkRingOfFolder(options.dataDir, ring.kind);
    const settings = { ...given, ouraApiBaseUrl: ring.baseUrl };
    // Loaded only here: a mistaken command should not wait for the CDK and the embedded services.
    const { startLocal } = await import('../../local/start.ts');
    const runtime = await startLocal({
      settings,
      dataDir: options.dataDir,
      ...(options.port !== undefined && { port: options.port }),
      clock,
      // Without a key of its own the parameter is what the data folder keeps: the connection.
      secrets: ring.apiKey === undefined ? {} : { [settings.ouraApiKeyParameter]: ring.apiKey },
      console: log.console,
      schedule: options.schedule,
    });
    const { endpoint } = runtime;
    const description = `${ring.description}\nDynamoDB  ${endpoint}\nSQS       ${endpoint}\nLog       ${log.path}`;
    try {
      noteRingOfFolder(options.dataDir, ring.kind);
      const stack = { ...runtime.clients, clock, outputs: runtime.outputs };
      ring.training?.open(workoutsOf(stack));
      const result = await work({ stack, runtime, description, signal });
      await ring.training?.end();
      return result;
    } finally {
      await runtime.stop();
    }
  } finally {
    await ring.stop();
    await log.close();
  }
};
