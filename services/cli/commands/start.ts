import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { dayIn } from '../../../shared/core/day.ts';
import { type Run, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { DashboardStack } from '../../dashboard/server/dashboard-stack.ts';
import { type Served, serveDashboard } from '../../dashboard/server/serve.ts';
import type { LocalRuntime } from '../../local/start.ts';
import { openLedger, outputOf } from '../../operations/ledger.ts';
import { runningRuns } from '../../operations/runs/executions.ts';
import { followRun } from '../../operations/runs/follow-run.ts';
import { manualRunName } from '../../operations/runs/run-name.ts';
import { EXIT } from '../exit.ts';
import { LOCAL_ONLY, OPTION, withPipelineOptions } from '../options.ts';
import { showInstant } from '../print/instant.ts';
import { createProgress } from '../print/progress.ts';
import { reportRun } from '../print/report-run.ts';
import { checkDates, type RunRange, runInput } from '../run-range.ts';
import { clockOf, type Pipeline, type PipelineOptions, withLocalPipeline } from '../target/local-pipeline.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { localSettings } from '../target/settings.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface StartOptions extends PipelineOptions, RunRange {
  readonly once?: boolean;
  readonly aws?: boolean;
  readonly stack?: string;
  readonly pagePort?: number;
}

/** How often a waiting process looks whether the schedule has started a run. */
const WATCH_MS = 1_000;

export const startCommand = (): Command =>
  withPipelineOptions(
    new Command('start')
      .description(
        'Runs the pipeline on this machine: syncs now, then daily. Until npm run connect (or OURA_API_KEY) the ring is simulated. ' +
          'With --once --aws: one run of the deployed stack.',
      )
      .option('--once', 'exit after one run')
      .addOption(OPTION.days().conflicts(['from', 'to']))
      .addOption(OPTION.from())
      .addOption(OPTION.to('the days of a look-back (setting lookBackDays) that ends there'))
      .addOption(OPTION.pagePort('--page-port'))
      .addOption(OPTION.aws().conflicts([...LOCAL_ONLY, 'pagePort']))
      .addOption(OPTION.stack()),
  ).action(async (options: StartOptions) => {
    process.exitCode = await start(options);
  });

const start = async (options: StartOptions): Promise<number> => {
  if (options.aws) return startAws(options);
  const { timeZone } = localSettings({ timeZone: options.timeZone });
  checkDates(options, dayIn(timeZone, clockOf(options).now()));
  return withLocalPipeline(options, !options.once, async (pipeline) => {
    const page = options.once ? undefined : await servePage(pipeline, options);
    process.stdout.write(`${pipeline.description}\n${page ? `Page      ${page.url}\n` : ''}\n`);
    try {
      // Bundled when the first nights are there, not before: nobody waits for it then.
      return await sync(pipeline, options, () => {
        // Where it fails, the first visitor is told.
        page?.prepare().catch(() => {});
      });
    } finally {
      await page?.stop();
    }
  });
};

/** How often an open page looks at the pipeline. */
const LOOK_MS = 500;

/** The page of this pipeline. */
const servePage = ({ runtime, clock }: Pipeline, { dataDir, pagePort }: StartOptions): Promise<Served> => {
  const { clients, outputs } = runtime;
  const stack: DashboardStack = {
    ...clients,
    outputs,
    clock,
    source: `the data folder ${dataDir}`,
    simulated: ringOfFolder(dataDir) === 'simulated',
    nextSync: async () => runtime.nextRun(),
    readOnly: undefined,
    explain: () => undefined,
    lookMs: LOOK_MS,
  };
  return serveDashboard(stack, pagePort);
};

const startAws = async (options: StartOptions): Promise<number> => {
  if (!options.once) {
    throw new UsageError(
      'start --aws needs --once: the daily runs are started by the schedule of the stack.',
    );
  }
  const { startOnAws } = await import('./start-aws.ts');
  return withStack(options, (stack) => startOnAws(stack, options, options));
};

/** Finishes what a killed process had begun, runs what was asked for, then waits for the schedule unless `--once`. @param whenWaiting called once the first runs have ended */
const sync = async (
  { runtime, clock, signal }: Pipeline,
  options: StartOptions,
  whenWaiting: () => void,
): Promise<number> => {
  const ledger = openLedger({ outputs: runtime.outputs, dynamodb: runtime.clients.dynamodb }, clock);
  const followed = new Set<string>();
  const follow = async (run_id: string): Promise<Run | undefined> => {
    followed.add(run_id);
    const progress = createProgress(process.stdout);
    const ended = runtime.waitForExecution(run_id);
    const run = await followRun(run_id, ledger.runs, progress, ended, signal).finally(() => progress.stop());
    if (run) await reportRun(run, ledger, options);
    else if (!signal.aborted) process.stdout.write(`Run ${run_id} ended as ${(await ended).status}.\n`);
    return run;
  };

  const runs: (Run | undefined)[] = [];
  for (const name of await runningExecutions(runtime)) {
    process.stdout.write(`Resuming run ${name}\n`);
    runs.push(await follow(name));
  }
  if (signal.aborted) return EXIT.unsettled;
  const name = manualRunName(clock);
  await runtime.startExecution(runInput(options), name);
  runs.push(await follow(name));
  // What a resumed run left failed counts too: exit 0 says that every planned date has settled.
  if (options.once) {
    return runs.every((run) => run && statusOf(run) === 'complete') ? EXIT.settled : EXIT.unsettled;
  }

  whenWaiting();
  while (!signal.aborted) {
    const next = runtime.nextRun();
    const when = next
      ? `Next sync ${showInstant(next.getTime(), outputOf(runtime, OUTPUT.timeZone))}.`
      : 'The schedule is disabled: no next sync.';
    process.stdout.write(`${when} Ctrl-C stops.\n`);
    let started: string[] = [];
    while (!signal.aborted && started.length === 0) {
      await sleep(WATCH_MS, undefined, { signal }).catch(() => {});
      if (!signal.aborted)
        started = (await runningExecutions(runtime)).filter((other) => !followed.has(other));
    }
    for (const other of started) await follow(other);
  }
  return EXIT.settled;
};

const runningExecutions = async ({ clients, outputs }: LocalRuntime): Promise<string[]> =>
  (await runningRuns({ ...clients, outputs })).map(({ run_id }) => run_id);
