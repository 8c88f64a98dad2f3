import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { DataFolderInUse } from '../../local/data-folder/errors.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { replacedTables, TABLES_FILE } from '../../local/data-folder/tables.ts';
import { sayWhenSlow } from '../../local/say-when-slow.ts';
import type { ServedWebhooks } from '../../local/services.ts';
import type { LocalRuntime } from '../../local/start.ts';
import { openLedger } from '../../operations/ledger.ts';
import type { Stack } from '../../operations/stack.ts';
import { workoutsOf } from '../../operations/workouts.ts';
import type { Scenario } from '../../ring-simulator/sleeper/scenario.ts';
import { namingPortOption } from '../naming-port-option.ts';
import { suggest } from '../print/advice.ts';
import { printError } from '../print/write.ts';
import { withStopSignal } from '../stop-signal.ts';
import { UsageError } from '../usage-error.ts';
import { openLogFile } from './log-file.ts';
import { reportRefusals } from './report-refusals.ts';
import { openRing, type Ring } from './ring.ts';
import { checkRingOfFolder, noteRingOfFolder } from './ring-of-folder.ts';
import { applyPresentRules } from './rules-of-folder.ts';
import { localSettings } from './settings.ts';
import { startWhenFree } from './start-when-free.ts';
import { noteZoneOfFolder, zoneOf } from './time-zone.ts';
import { clockOf } from './with-stack.ts';

/** Options of a command that runs the pipeline on this machine. */
export interface PipelineOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly timeZone?: string;
  readonly now?: number;
  readonly retryBase: number;
  /** Undefined if not given: a real ring has neither. */
  readonly seed?: number;
  readonly ring?: Scenario;
  /** Whether Oura is asked for last night in the morning. @default the setting */
  readonly mornings?: boolean;
}

export interface Pipeline {
  readonly stack: Stack;
  readonly runtime: LocalRuntime;
  /**
   * Lines for the user: the source of the nights, the time zone, the endpoints for AWS tools, the log, and what was changed in
   * the folder of an earlier version.
   */
  readonly description: string;
  readonly ring: Ring;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A dashboard serves the folder. */
export class FolderShown extends AppError {
  override readonly name = 'FolderShown';
  override readonly consequences: Consequences = INCORRECT;
}

/** Rejects a folder that a process serves, and names the process: the lock knows only that the folder is in use. */
export const checkNotServed = async (dataDir: string): Promise<void> => {
  const running = await findRunning(dataDir);
  if (!running) return;
  if (running.consumes)
    throw new DataFolderInUse(dataDir, `process ${running.pid} (npm start, backfill or redrive)`);
  const page = suggest('dashboard', { dataDir });
  throw new FolderShown(`The folder is in use by ${page} (process ${running.pid}): stop it first.`);
};

/** A line for as long as the tables of an earlier version are kept: also if another command has copied them. */
const describeCopiedTables = (dataDir: string): string => {
  const kept = replacedTables(dataDir);
  if (!existsSync(kept)) return '';
  return `\nTables    copied to ${TABLES_FILE} from an earlier version: ${basename(kept)} is kept until a run succeeds`;
};

/** What keeps the user waiting is no output: it goes to standard error. */
const say = (sentence: string): void => void printError(sentence);

/** How long a command that ends by itself waits for room on a full disk. `npm start` waits until it is stopped. */
const PATIENCE_MS = 30_000;

/**
 * Runs `work` until it ends, or until the services have refused something for too long: then as if Ctrl-C had been pressed. Throws
 * a UsageError in that case.
 */
const whileUsable = async <Result>(
  { runtime, signal }: Pick<Pipeline, 'runtime' | 'signal'>,
  stays: boolean,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const failing = new AbortController();
  let failure: UsageError | undefined;
  const end = reportRefusals({
    refusal: runtime.refusal,
    say: (sentence) => say(`${sentence}.`),
    patienceMs: stays ? Number.POSITIVE_INFINITY : PATIENCE_MS,
    giveUp: (message) => {
      failure = new UsageError(`Stopped: ${message}. The next start continues.`);
      failing.abort();
    },
  });
  try {
    const result = await work(AbortSignal.any([signal, failing.signal]));
    if (failure) throw failure;
    return result;
  } finally {
    end();
  }
};

/**
 * Starts the pipeline, runs `work`, and stops the pipeline. Throws a UsageError if a dashboard has the folder open,
 * and DataFolderInUse if another pipeline does.
 * @param options `schedule`: whether the daily run is on; `webhooks`: where Oura's events arrive
 */
export const withLocalPipeline = <Result>(
  options: PipelineOptions & {
    readonly schedule: boolean;
    /** Whether the command stays until it is stopped. */
    readonly stays?: boolean;
    readonly webhooks?: ServedWebhooks | undefined;
  },
  work: (pipeline: Pipeline) => Promise<Result>,
): Promise<Result> =>
  withStopSignal(async (signal) => {
    await checkNotServed(options.dataDir);
    const clock = clockOf(options);
    const { timeZone, source } = zoneOf(options);
    const { webhooks } = options;
    const given = localSettings({
      timeZone,
      retryBaseSeconds: options.retryBase,
      ...(webhooks && { webhooks: true, webhookPath: new URL(webhooks.url).pathname }),
      mornings: options.mornings,
    });
    const ring = await sayWhenSlow(
      say,
      'Waiting for the ring: its simulator starts.',
      openRing({ ...options, timeZone, clock }),
    );
    if (webhooks && !ring.application) {
      throw new UsageError(
        `Webhooks need a connected application, and OURA_API_KEY is a personal access token: unset it, and run ${suggest('connect', options)}.`,
      );
    }
    const log = openLogFile(options.dataDir, clock);
    try {
      await checkRingOfFolder(options.dataDir, ring.kind);
      const settings = { ...given, ouraApiBaseUrl: ring.baseUrl };
      // Loaded late, so that a mistaken command does not wait for the CDK and the embedded services.
      const { startLocal } = await import('../../local/start.ts');
      const startHere = () =>
        startLocal({
          settings,
          dataDir: options.dataDir,
          ...(options.port !== undefined && { port: options.port }),
          ...(webhooks && { webhooks }),
          clock,
          // Without an API key, the parameter holds the connection in the data folder.
          secrets: ring.apiKey === undefined ? {} : { [settings.ouraApiKeyParameter]: ring.apiKey },
          console: log.console,
          schedule: options.schedule,
        });
      const check = () => checkNotServed(options.dataDir);
      const ports = { '--port': options.port, '--webhook-port': webhooks?.port };
      const runtime = await namingPortOption(ports, () =>
        startWhenFree(options.dataDir, startHere, say, check),
      );
      const { endpoint } = runtime;
      const mornings =
        options.schedule && settings.mornings
          ? '\nMornings  Oura is asked for last night every 15 minutes from your usual wake-up time on'
          : '';
      const zone = `Time zone ${timeZone}, ${source}: to change it, pass --time-zone`;
      const description = `${ring.description}\n${zone}${mornings}\nDynamoDB  ${endpoint}\nSQS       ${endpoint}\nLog       ${log.path}`;
      try {
        noteRingOfFolder(options.dataDir, ring.kind);
        noteZoneOfFolder(options.dataDir, timeZone);
        const tables = describeCopiedTables(options.dataDir);
        const stack = { ...runtime.clients, clock, outputs: runtime.outputs };
        const recomputed = await sayWhenSlow(
          say,
          'Computing the stored nights again by the rules of this version.',
          applyPresentRules(options.dataDir, openLedger(stack).sleepTable),
        );
        const rules =
          recomputed === 0 ? '' : `\nNights    ${recomputed} computed again by the rules of this version`;
        ring.training?.open(workoutsOf(stack));
        const pipeline = { stack, runtime, ring, description: `${description}${tables}${rules}` };
        const result = await whileUsable({ runtime, signal }, options.stays ?? false, (until) =>
          work({ ...pipeline, signal: until }),
        );
        await ring.training?.end();
        return result;
      } finally {
        await runtime.stop();
      }
    } finally {
      await ring.stop();
      await log.close();
    }
  });
