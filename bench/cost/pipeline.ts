import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readSettings } from '../../cdk/settings.ts';
import { makeDataFolder } from '../../services/local/data-folder/data-folder.ts';
import { webhookSecretFile } from '../../services/local/data-folder/secret-file.ts';
import { type CreateHandler, importHandler } from '../../services/local/emulators/functions.ts';
import { type LocalRuntime, startLocal } from '../../services/local/start.ts';
import { synthesize } from '../../services/local/template/parse-template.ts';
import type { Clock } from '../../shared/core/clock.ts';
import type { Day } from '../../shared/core/day.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { testLog } from '../../test/helpers/log.ts';
import { type Call, recordCalls } from '../../test/helpers/record-calls.ts';
import { runBackfill } from '../../test/helpers/run-backfill.ts';
import { shortGathering } from '../../test/helpers/short-gathering.ts';
import { startLocalRun } from '../../test/helpers/start-run.ts';
import { CLIENT_SECRET, VERIFICATION_TOKEN } from '../../test/receiver/receiver-bench.ts';

/** The usage of the pipeline in a period. */
export interface Counted {
  readonly executions: number;
  readonly invocations: readonly { readonly path: string; readonly ms: number }[];
  readonly calls: readonly Call[];
  /** The log lines and metrics of the functions, one JSON object per line. */
  readonly log: string;
}

/** A local pipeline whose usage is counted. */
export interface CountedPipeline {
  readonly runtime: LocalRuntime;
  run(name: string, input: RunInput): Promise<void>;
  /** Invokes the function with the module at `path`, as an API or a schedule does. */
  invoke(path: string, event: unknown): Promise<unknown>;
  /** Resolves when the runs that functions started have ended. */
  idle(): Promise<void>;
  /** Backfills a range in successive runs and waits until no message is left. */
  backfill(range: { readonly from: Day; readonly to: Day }): Promise<void>;
  /** Returns the usage since the last call. */
  take(): Counted;
  /** The size of the stored nights as JSON, in bytes. */
  nightBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** How long events are gathered here: every event of a night arrives at once. */
const GATHERING_SECONDS = 1;

/**
 * @param baseUrl the address of Oura or a simulator
 * @param given the settings that differ from the defaults
 */
export const openCountedPipeline = async (
  clock: Clock,
  baseUrl: string,
  given: Readonly<Record<string, unknown>> = {},
): Promise<CountedPipeline> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-cost-'));
  makeDataFolder(dataDir);
  const settings = readSettings({ ouraApiBaseUrl: baseUrl, ...given });
  webhookSecretFile(dataDir).write(
    JSON.stringify({ client_secret: CLIENT_SECRET, verification_token: VERIFICATION_TOKEN }),
  );
  const recorder = recordCalls({ capacity: true });
  const polls = recordCalls();
  const invocations: { path: string; ms: number }[] = [];
  const handlers = new Map<string, ReturnType<CreateHandler>>();
  let [taken, polled, invoked, executions] = [0, 0, 0, 0];
  const log = testLog();
  let logged = 0;

  const timed =
    (path: string, create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      const counted: typeof handler = async (event, context) => {
        const begun = performance.now();
        try {
          return await handler(event, context);
        } finally {
          invocations.push({ path, ms: performance.now() - begun });
        }
      };
      handlers.set(path, counted);
      return counted;
    };
  const runtime = await startLocal({
    settings,
    dataDir,
    clock,
    template: shortGathering(await synthesize(settings), GATHERING_SECONDS),
    secrets: { [settings.ouraApiKeyParameter]: 'simulated' },
    console: log.console,
    schedule: false,
    loadHandler: async (path) => recorder.around(path, timed(path, await importHandler(path))),
  });
  Object.assign(runtime.clients.sqs, polls.watch('event source', runtime.clients).sqs);

  return {
    runtime,
    run: async (name, input) => {
      executions += 1;
      await startLocalRun(runtime, name, input);
      const { status } = await runtime.waitForExecution(name);
      if (status !== 'SUCCEEDED') throw new Error(`The run ${name} ended as ${status}`);
      await runtime.idle();
    },
    invoke: async (path, event) =>
      handlers.get(path)?.(event, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 }),
    idle: () => runtime.idle(),
    backfill: async (range) => {
      const { runs, halt } = await runBackfill(runtime, clock, range);
      if (halt) throw new Error(`The backfill stopped after the run ${halt.run_id}`);
      executions += runs.length;
      await runtime.idle();
    },
    take: () => {
      const counted = {
        executions,
        invocations: invocations.slice(invoked),
        calls: [...recorder.calls.slice(taken), ...polls.calls.slice(polled)],
        log: log.text().slice(logged),
      };
      [taken, polled, invoked] = [recorder.calls.length, polls.calls.length, invocations.length];
      executions = 0;
      logged = log.text().length;
      return counted;
    },
    nightBytes: async () => {
      let bytes = 0;
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await runtime.clients.dynamodb.send(
          new ScanCommand({
            TableName: LOGICAL_ID.ouraSleepTable,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        bytes += JSON.stringify(page.Items ?? []).length;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return bytes;
    },
    stop: async () => {
      await runtime.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
