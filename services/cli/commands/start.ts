import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { checkDateRange, type RunRange } from '../../../shared/core/date-range.ts';
import { addDays, type CurrentDates, currentDates, daysBetween } from '../../../shared/core/day.ts';
import { AppError, type Consequences, TRANSIENT } from '../../../shared/core/errors.ts';
import { type Run, statusOf } from '../../../shared/core/ledger.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import type { DashboardStack } from '../../dashboard/server/dashboard-stack.ts';
import { type Served, serveDashboard } from '../../dashboard/server/serve.ts';
import { DataFolderInUse } from '../../local/data-folder/errors.ts';
import { announcePage } from '../../local/data-folder/runtime-file.ts';
import { tablesState } from '../../local/data-folder/tables.ts';
import type { ServedWebhooks } from '../../local/services.ts';
import { openLedger } from '../../operations/ledger.ts';
import { PACE } from '../../operations/redrive/follow-redrive.ts';
import {
  newestRuns,
  runningRuns,
  type StartedRun,
  startManualRun,
} from '../../operations/runs/executions.ts';
import { currentDatesOf, timeZoneOf } from '../../operations/stack.ts';
import { webhooksOf } from '../../operations/webhooks/subscribe.ts';
import { checkWebhooks } from '../doctor/webhooks.ts';
import { EXIT, explain, isOfService } from '../exit.ts';
import { onFatalError } from '../last-words.ts';
import { namingPortOption } from '../naming-port-option.ts';
import { announceFailure, isRefusedByMachine } from '../notify/announce-failure.ts';
import { destinationOf, noteDestination, shownDestination } from '../notify/destination.ts';
import { type ProblemWatch, watchProblems } from '../notify/watch-problems.ts';
import {
  DEFAULT_WEBHOOK_PORT,
  LOCAL_ONLY,
  LONGEST_RANGE_DAYS,
  OPTION,
  withPipelineOptions,
} from '../options.ts';
import { suggest } from '../print/advice.ts';
import type { BackfillRange } from '../print/backfill-report.ts';
import { printBackfill } from '../print/report-backfill.ts';
import { printRun } from '../print/report-run.ts';
import { readUnfinished } from '../print/unfinished.ts';
import { print } from '../print/write.ts';
import { withStopSignal } from '../stop-signal.ts';
import {
  FolderShown,
  type Pipeline,
  type PipelineOptions,
  withLocalPipeline,
} from '../target/local-pipeline.ts';
import { outlastRefusals } from '../target/outlast-refusals.ts';
import { pageKeys } from '../target/page-keys.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { situationOf } from '../target/situation.ts';
import { zoneOf } from '../target/time-zone.ts';
import { clockOf, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { keepSubscribed } from '../webhooks/keep-subscribed.ts';

interface StartOptions extends PipelineOptions, RunRange {
  readonly once?: boolean;
  readonly again?: boolean;
  readonly aws?: boolean;
  readonly stack?: string;
  readonly pagePort?: number;
  readonly webhookUrl?: string;
  readonly webhookPort?: number;
  readonly asService?: boolean;
  readonly notify?: string;
}

/** How often a waiting process checks if the schedule has started a run. */
const WATCH_MS = 1_000;
/** More runs than can start and end between two checks. */
const RUNS_WATCHED = 20;

export const startCommand = (): Command =>
  withPipelineOptions(
    new Command('start')
      .description(
        'Runs the pipeline on this machine: syncs now, then on schedule (daily), and serves a page. ' +
          'The ring is simulated until you run npm run connect or set OURA_API_KEY. ' +
          'With --once --aws: starts one run of the deployed stack and follows it.',
      )
      .option('--once', 'exit after one run')
      .addOption(OPTION.days().conflicts(['from', 'to']))
      .addOption(OPTION.from())
      .addOption(OPTION.to('the look-back (setting lookBackDays) ends there'))
      .addOption(OPTION.again())
      .addOption(OPTION.mornings().conflicts('once'))
      .addOption(OPTION.pagePort('--page-port'))
      .addOption(OPTION.webhookUrl().conflicts('once'))
      .addOption(OPTION.webhookPort())
      .addOption(OPTION.notify())
      .addOption(OPTION.asService().conflicts('once'))
      .addOption(
        OPTION.aws().conflicts([
          ...LOCAL_ONLY,
          ...['pagePort', 'mornings', 'webhookUrl', 'webhookPort', 'asService', 'notify'],
        ]),
      )
      .addOption(OPTION.stack()),
  ).action(async (options: StartOptions) => {
    process.exitCode = await start(options);
  });

const start = async (options: StartOptions): Promise<number> => {
  if (options.aws) return startOnAws(options);
  const current = currentDates(zoneOf(options).timeZone, clockOf(options).now());
  checkDateRange(options, { ...current, most: LONGEST_RANGE_DAYS });
  const { webhookUrl: url, webhookPort: port } = options;
  if (url === undefined && port !== undefined) throw new UsageError('--webhook-port needs --webhook-url.');
  const webhooks = url === undefined ? undefined : { url, port: port ?? DEFAULT_WEBHOOK_PORT };
  // A mistake must not wait for the first message.
  destinationOf(options);
  onFatalError((error) => announced(error, options));
  const run = () => runPipeline({ ...options, webhooks });
  try {
    return await (options.asService ? whenFree(run) : run());
  } catch (error: unknown) {
    throw await announced(error, options);
  }
};

/** Announces an error that ends the command, and returns the one that decides the exit code. */
const announced = async (error: unknown, options: StartOptions): Promise<unknown> => {
  await announceFailure(options, error);
  const isPassing = isRefusedByMachine(error) || isOfService(error);
  return options.asService && isPassing ? new ServiceInterrupted(explain(error)) : error;
};

/** The machine refused something, such as on a full disk. A service manager tries again later, unlike after a mistake of the user. */
class ServiceInterrupted extends AppError {
  override readonly name = 'ServiceInterrupted';
  override readonly consequences: Consequences = TRANSIENT;
}

/** How often a service checks if the data folder is free. */
const FREE_POLL_MS = 5_000;

/** Starts `work` again as long as another command uses the data folder: a service that ended here would not start again. */
const whenFree = async (work: () => Promise<number>): Promise<number> => {
  let said = '';
  for (;;) {
    try {
      return await work();
    } catch (error: unknown) {
      if (!(error instanceof DataFolderInUse || error instanceof FolderShown)) throw error;
      if (error.message !== said) print(`Waiting. ${error.message}`);
      said = error.message;
      await sleep(FREE_POLL_MS);
    }
  }
};

const runPipeline = async (
  options: StartOptions & { readonly webhooks: ServedWebhooks | undefined },
): Promise<number> => {
  const { webhookUrl: url } = options;
  const stays = !options.once;
  return withLocalPipeline({ ...options, schedule: stays, stays }, async (pipeline) => {
    const page = options.once ? undefined : await servePage(pipeline, options);
    const watch = watchProblems(pipeline, options);
    noteDestination(options);
    const notify = describeDestination(options);
    print(`${pipeline.description}\n${notify}${page ? `Page      ${describePage(page, options)}\n` : ''}`);
    try {
      if (url !== undefined) await receiveWebhooks(pipeline, url);
      else if (stays) await describeUnreceived(pipeline, options);
      if (!options.once) void watch.keepLooking();
      return await sync(pipeline, options, watch, () => {
        // Bundled after the first runs, so that it does not slow them down. If it fails, the first visit reports it.
        void page?.prepare().catch(() => {});
        if (url !== undefined) void syncPhone(pipeline);
      });
    } finally {
      await page?.stop();
    }
  });
};

/** Subscribes to the events of the ring. The simulated phone keeps last night for {@link syncPhone}. */
const receiveWebhooks = async ({ stack, ring, signal }: Pipeline, url: string): Promise<void> => {
  if (!ring.application) return;
  const { sleepTable } = openLedger(stack);
  // A run that is resumed may be about the night that the phone has synced already.
  const isSynced = (await runningRuns(stack)).length > 0;
  await ring.phone?.holdBack(async (day) => isSynced || (await sleepTable.get([day])).has(day));
  await keepSubscribed(webhooksOf(stack, { application: ring.application, url, signal }), {
    signal,
    catchUp: () => startManualRun(stack, {}),
  });
};

/** A line if Oura still sends events to an address that this process does not serve. */
const describeUnreceived = async ({ stack }: Pipeline, options: StartOptions): Promise<void> => {
  for (const { finding, advice } of await checkWebhooks(stack, { process: null }, options))
    print(`Webhooks  ${finding}: to receive them, start with --webhook-url; to end them, ${advice}`);
};

const syncPhone = async ({ ring, signal }: Pipeline): Promise<void> => {
  const synced = await ring.phone?.sync(signal);
  if (synced === undefined) return;
  const { day, isAnnounced } = synced;
  const next = isAnnounced
    ? 'and Oura announces it'
    : 'but no address is subscribed, so the next sync stores it';
  print(`The simulated phone has synced the night ${day}, ${next}.`);
};

/** How often an open page reads the pipeline's state. */
const LOOK_MS = 500;

const servePage = async ({ stack, runtime }: Pipeline, options: StartOptions): Promise<Served> => {
  const { dataDir, pagePort } = options;
  const shown: DashboardStack = {
    ...stack,
    source: `the data folder ${dataDir}`,
    simulated: ringOfFolder(dataDir) === 'simulated',
    situation: async () => ({
      ...(await situationOf(options, stack)),
      nextRun: runtime.nextRun()?.toISOString() ?? null,
    }),
    readOnly: undefined,
    explain: () => undefined,
    tablesState: () => tablesState(dataDir),
    lookMs: LOOK_MS,
    pace: PACE.local,
  };
  const keys = pageKeys(dataDir);
  const page = await namingPortOption({ '--page-port': pagePort }, () =>
    serveDashboard(shown, keys, pagePort),
  );
  announcePage(dataDir, { url: page.url, tokenKey: keys.tokenKey });
  return page;
};

/** A line that confirms where notifications go; nothing if they are off. */
const describeDestination = (options: StartOptions): string => {
  const destination = destinationOf(options);
  return destination ? `Notify    ${shownDestination(destination)}, when something needs you\n` : '';
};

/** The address with its token only on a terminal: other accounts may read a log, such as nohup.out. */
const describePage = (page: Served, { dataDir }: StartOptions): string =>
  process.stdout.isTTY
    ? page.address()
    : `${page.url} (${suggest('dashboard', { dataDir })} prints an address that opens it)`;

/** How often to check a run. Each check takes two reads: free on one machine, but a run on AWS may take two hours. */
const POLL_MS = { local: 150, aws: 1_000 } as const;

const isComplete = (run: Run | undefined): boolean => run !== undefined && statusOf(run) === 'complete';

/** The range that the options name, if it has too many dates for one run. */
const longRange = (
  { from, to, days }: RunRange,
  { today, newest }: CurrentDates,
): BackfillRange | undefined => {
  const first = from ?? (days === undefined ? undefined : addDays(today, 1 - days));
  const last = to ?? newest;
  return first !== undefined && daysBetween(first, last) >= MOST_DATES
    ? { from: first, to: last }
    : undefined;
};

/** Starts a run of the deployed stack and follows it. Ctrl-C stops following, not the run. */
const startOnAws = async (options: StartOptions): Promise<number> => {
  if (!options.once) {
    throw new UsageError("start --aws needs --once: the stack's own schedule starts the daily runs.");
  }
  return withStack(options, async (stack) => {
    checkDateRange(options, { ...currentDatesOf(stack), most: LONGEST_RANGE_DAYS });
    const range = longRange(options, currentDatesOf(stack));
    if (range) {
      return withStopSignal((signal) =>
        printBackfill({ stack, signal, isOwn: false, rest: async () => {} }, { ...options, range }, options),
      );
    }
    const started = await startManualRun(stack, options);
    print(`Run       ${started.executionArn}\n`);
    return withStopSignal(async (signal) => {
      const run = await printRun(stack, started, options, { signal, pollMs: POLL_MS.aws });
      if (!run && signal.aborted)
        print(`The run continues. To see how it ends, run ${suggest('status', options)}.`);
      return isComplete(run) ? EXIT.settled : EXIT.unsettled;
    });
  });
};

/**
 * Finishes the runs of a killed process, starts a run, then waits for the schedule unless `--once`.
 * @param whenWaiting called after the first runs have finished
 */
const sync = async (
  { stack, runtime, signal }: Pipeline,
  options: StartOptions,
  watch: ProblemWatch,
  whenWaiting: () => void,
): Promise<number> => {
  const followed = new Set<string>();
  // A command that stays must survive what a run survives, such as a disk that is full for an hour.
  const outlast = <Result>(work: () => Promise<Result>): Promise<Result | undefined> =>
    options.once ? work() : outlastRefusals(work, signal);
  const follow = (started: StartedRun): Promise<Run | undefined> => {
    followed.add(started.run_id);
    const hidesNights = options.asService ?? false;
    const shown = { signal, pollMs: POLL_MS.local, hidesNights };
    return outlast(() => printRun(stack, started, options, shown));
  };

  // Failures of a resumed run count too: exit code 0 means that every planned date has settled.
  let settled = true;
  const unfinished = await readUnfinished(stack);
  if (unfinished.sentence !== undefined) print(unfinished.sentence);
  for (const started of unfinished.runs) {
    print(`Resuming run ${started.run_id}`);
    settled = isComplete(await follow(started)) && settled;
  }
  if (signal.aborted) return EXIT.unsettled;
  const range = longRange(options, currentDatesOf(stack));
  const code = range
    ? await printBackfill({ stack, signal, isOwn: true, rest: runtime.drain }, { ...options, range }, options)
    : isComplete(await follow(await startManualRun(stack, options)))
      ? EXIT.settled
      : EXIT.unsettled;
  if (options.once) {
    await watch.look();
    return settled ? code : EXIT.unsettled;
  }

  const listed = async () => (await outlast(() => newestRuns(stack, RUNS_WATCHED))) ?? [];
  // The chunks of a backfill have been reported together.
  for (const { run_id, isRunning } of await listed()) if (!isRunning) followed.add(run_id);
  whenWaiting();
  void watch.look();
  while (!signal.aborted) {
    const next = runtime.nextRun();
    const when = next
      ? `Next sync ${showInstant(next.getTime(), timeZoneOf(stack))}.`
      : 'The schedule is disabled: no next sync.';
    print(`${when} Ctrl-C stops.`);
    let started: StartedRun[] = [];
    while (!signal.aborted && started.length === 0) {
      await sleep(WATCH_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      // Also runs that have ended already: Oura rejects a revoked grant within milliseconds.
      started = (await listed()).filter(({ run_id }) => !followed.has(run_id)).reverse();
    }
    for (const run of started) await follow(run);
    void watch.look();
  }
  return EXIT.settled;
};
