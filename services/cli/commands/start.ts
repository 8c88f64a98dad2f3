import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Command } from 'commander';
import { type Day, dayIn } from '../../../shared/contract/day.ts';
import { type Run, statusOf } from '../../../shared/contract/ledger.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import { iso } from '../../../shared/runtime/clock.ts';
import type { LocalRuntime } from '../../local/start.ts';
import { EXIT } from '../exit.ts';
import { followRun } from '../follow-run.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { clockOf, type Pipeline, type PipelineOptions, withLocalPipeline } from '../local-pipeline.ts';
import { checkRange, OPTION, withPipelineOptions } from '../options.ts';
import { nightTable } from '../print/night-table.ts';
import { createProgress } from '../print/progress.ts';
import { runReport } from '../print/run-report.ts';
import { localSettings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

interface StartOptions extends PipelineOptions {
  readonly once?: boolean;
  readonly days?: number;
  readonly from?: Day;
  readonly to?: Day;
}

/** How many nights the table shows at the end of a run: a week and the look-back fit a screen. */
const NIGHTS_SHOWN = 7;
/** How often a waiting process looks whether the schedule has started a run. */
const WATCH_MS = 1_000;

export const startCommand = (): Command =>
  withPipelineOptions(
    new Command('start')
      .description(
        'Runs the pipeline on this machine: syncs now, then daily. Without OURA_API_KEY the ring is simulated.',
      )
      .option('--once', 'exit after one run')
      .addOption(OPTION.days().conflicts(['from', 'to']))
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (options: StartOptions) => {
    process.exitCode = await start(options);
  });

/** Refuses what the planner would refuse, before anything is started. */
const checkDates = ({ from, to }: StartOptions, today: Day): void => {
  checkRange(from, to ?? today);
  if (to && to > today) throw new UsageError(`--to ${to} lies in the future: today is ${today}.`);
};

const start = async (options: StartOptions): Promise<number> => {
  const { timeZone } = localSettings({ timeZone: options.timeZone });
  checkDates(options, dayIn(timeZone, clockOf(options).now()));
  return withLocalPipeline(options, !options.once, (pipeline) => {
    process.stdout.write(`${pipeline.description}\n\n`);
    return sync(pipeline, options);
  });
};

/** Finishes what a killed process had begun, runs what was asked for, then waits for the schedule unless `--once`. */
const sync = async ({ runtime, clock, signal }: Pipeline, options: StartOptions): Promise<number> => {
  const ledger = openLedger({ outputs: runtime.outputs, dynamodb: runtime.clients.dynamodb }, clock);
  const followed = new Set<string>();
  const follow = async (run_id: string): Promise<Run | undefined> => {
    followed.add(run_id);
    const progress = createProgress(process.stdout);
    const ended = runtime.waitForExecution(run_id);
    const run = await followRun(run_id, ledger.runs, progress, ended, signal).finally(() => progress.stop());
    if (run) await report(run, ledger);
    else if (!signal.aborted) process.stdout.write(`Run ${run_id} ended as ${(await ended).status}.\n`);
    return run;
  };

  for (const name of await runningExecutions(runtime)) {
    process.stdout.write(`Resuming run ${name}\n`);
    await follow(name);
  }
  if (signal.aborted) return EXIT.unsettled;
  const name = `manual-${iso(clock.now()).replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
  const { days, from, to } = options;
  await runtime.startExecution(
    { trigger: 'manual', ...(days !== undefined && { days }), ...(from && { from }), ...(to && { to }) },
    name,
  );
  const run = await follow(name);
  if (options.once) return run && statusOf(run) === 'complete' ? EXIT.settled : EXIT.unsettled;

  while (!signal.aborted) {
    process.stdout.write(`Next sync ${iso(runtime.nextRun()?.getTime() ?? clock.now())}. Ctrl-C stops.\n`);
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

const runningExecutions = async (runtime: LocalRuntime): Promise<string[]> => {
  const reply = await runtime.clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: runtime.outputs[OUTPUT.syncRun], statusFilter: 'RUNNING' }),
  );
  return (reply.executions ?? []).flatMap(({ name }) => name ?? []);
};

/** Prints the last nights and what became of the run. */
const report = async (run: Run, { sleepTable, days }: Ledger): Promise<void> => {
  const nights = await Array.fromAsync(sleepTable.scan());
  const last = nights.sort((one, other) => one.date.localeCompare(other.date)).slice(-NIGHTS_SHOWN);
  if (last.length > 0) process.stdout.write(`\n${nightTable(last)}\n`);
  const entries = await days.get(run.failed);
  process.stdout.write(`\n${runReport(run, entries).join('\n')}\n`);
};
