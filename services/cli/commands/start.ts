import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Command } from 'commander';
import { type Day, dayIn } from '../../../shared/contract/day.ts';
import { type Run, statusOf } from '../../../shared/contract/ledger.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import { type Clock, clockFrom, iso, systemClock } from '../../../shared/runtime/clock.ts';
import { type LocalRuntime, startLocal } from '../../local/start.ts';
import { EXIT } from '../exit.ts';
import { followRun } from '../follow-run.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { openLogFile } from '../log-file.ts';
import { checkRange, OPTION } from '../options.ts';
import { nightTable } from '../print/night-table.ts';
import { createProgress } from '../print/progress.ts';
import { runReport } from '../print/run-report.ts';
import { openRing } from '../ring.ts';
import { localSettings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

interface StartOptions {
  readonly once?: boolean;
  readonly days?: number;
  readonly from?: Day;
  readonly to?: Day;
  readonly dataDir: string;
  readonly port?: number;
  readonly timeZone?: string;
  readonly now?: number;
  readonly retryBase: number;
  readonly seed: number;
  readonly ring: 'steady' | 'forgetful' | 'down';
}

/** How many nights the table shows at the end of a run: a week and the look-back fit a screen. */
const NIGHTS_SHOWN = 7;
/** How often a waiting process looks whether the schedule has started a run. */
const WATCH_MS = 1_000;

export const startCommand = (): Command =>
  new Command('start')
    .description(
      'Runs the pipeline on this machine: syncs now, then daily. Without OURA_API_KEY the ring is simulated.',
    )
    .option('--once', 'exit after one run')
    .addOption(OPTION.days().conflicts(['from', 'to']))
    .addOption(OPTION.from())
    .addOption(OPTION.to())
    .addOption(OPTION.dataDir())
    .addOption(OPTION.port())
    .addOption(OPTION.timeZone())
    .addOption(OPTION.now())
    .addOption(OPTION.retryBase())
    .addOption(OPTION.seed())
    .addOption(OPTION.ring())
    .action(async (options: StartOptions) => {
      process.exitCode = await start(options);
    });

/** Refuses what the planner would refuse, before anything is started. */
const checkDates = ({ from, to }: StartOptions, today: Day): void => {
  checkRange(from, to ?? today);
  if (to && to > today) throw new UsageError(`--to ${to} lies in the future: today is ${today}.`);
};

const start = async (options: StartOptions): Promise<number> => {
  const clock = options.now === undefined ? systemClock : clockFrom(options.now);
  const given = localSettings({ timeZone: options.timeZone, retryBaseSeconds: options.retryBase });
  checkDates(options, dayIn(given.timeZone, clock.now()));
  const stopping = new AbortController();
  const onSignal = () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);

  const ring = await openRing({ ...options, timeZone: given.timeZone, clock });
  const log = openLogFile(options.dataDir);
  try {
    const settings = { ...given, ouraApiBaseUrl: ring.baseUrl };
    const runtime = await startLocal({
      settings,
      dataDir: options.dataDir,
      ...(options.port !== undefined && { port: options.port }),
      clock,
      secrets: { [settings.ouraApiKeyParameter]: ring.apiKey },
      console: log.console,
      schedule: !options.once,
    });
    try {
      process.stdout.write(
        `${ring.description}\nDynamoDB  ${runtime.endpoint}\nSQS       ${runtime.endpoint}\nLog       ${log.path}\n\n`,
      );
      return await sync(runtime, options, clock, stopping.signal);
    } finally {
      await runtime.stop();
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await ring.stop();
    await log.close();
  }
};

/** Finishes what a killed process had begun, runs what was asked for, then waits for the schedule unless `--once`. */
const sync = async (
  runtime: LocalRuntime,
  options: StartOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> => {
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
