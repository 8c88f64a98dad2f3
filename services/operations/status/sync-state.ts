import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { createNewestNight, createPlannedThrough } from '../../../shared/aws/store/latest-day.ts';
import { createMorningWatch } from '../../../shared/aws/store/morning-watch.ts';
import { iso } from '../../../shared/core/clock.ts';
import { addDays, byDate, type Day, daysFrom, newestDay } from '../../../shared/core/day.ts';
import { countsOf, type DayEntry, type Run, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { LEARNT_DAYS, morningOf } from '../../../shared/core/night/wake-up-time.ts';
import { findReconnect, type ReconnectNeeded } from '../credentials/reconnect.ts';
import { openLedger } from '../ledger.ts';
import { runningRuns } from '../runs/executions.ts';
import { outputOf, type Stack, timeZoneOf } from '../stack.ts';
import { type Actions, actionsOf } from './actions.ts';
import {
  type Facts,
  findLastSuccess,
  findProblems,
  findUnsettled,
  isFuture,
  type Situation,
  type UnsettledDates,
} from './find-problems.ts';
import type { Problem, QueueDepths, RunSummary, ServingProcess } from './pipeline-state.ts';

export { type Actions, ON_AWS } from './actions.ts';
export type { Situation } from './find-problems.ts';
export { PROBLEM_IDS, type Problem, type ProblemId, type ServingProcess } from './pipeline-state.ts';

/**
 * The one state of a data folder or a deployed stack. Every command, the page, notifications and advice take these facts from
 * here, so that none of them contradicts another.
 */
export interface SyncState {
  /** ISO 8601. */
  readonly now: string;
  readonly process: ServingProcess | null;
  readonly reconnect: ReconnectNeeded | undefined;
  readonly queues: QueueDepths;
  /** The runs that started, by a clock that was not ahead, newest first. An unfinished one is `stopped` if nothing works on it. */
  readonly runs: readonly RunSummary[];
  /** When the last successful run finished that is not an extra one (ISO 8601). */
  readonly lastSuccess: string | null;
  readonly nextRun: string | null;
  readonly dates: UnsettledDates;
  /** Every entry of the ledger. */
  readonly entries: ReadonlyMap<Day, DayEntry>;
  /** Every date with a stored night. */
  readonly nights: ReadonlySet<Day>;
  /** The most urgent first. */
  readonly problems: readonly Problem[];
  /** What the user can do now. */
  readonly actions: Actions;
}

export const readQueues = async (stack: Stack): Promise<QueueDepths> => {
  const depth = (output: string) => queueDepth(stack.sqs, outputOf(stack, output));
  const [work, dead_letter, parked] = await Promise.all([
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
  ]);
  return { work, dead_letter, parked };
};

/** How long a queue keeps a message, in milliseconds. */
const readRetention = async (stack: Stack): Promise<number> => {
  const { Attributes } = await stack.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: outputOf(stack, OUTPUT.parkedQueueUrl),
      AttributeNames: ['MessageRetentionPeriod'],
    }),
  );
  return Number(Attributes?.['MessageRetentionPeriod']) * 1000;
};

const executionsOf = async (stack: Stack): Promise<string[]> =>
  (await runningRuns(stack)).map(({ run_id }) => run_id);

/** The runs, and the names of the running executions. A run that starts between the two reads must not look stopped. */
const readRuns = async (stack: Stack): Promise<Pick<Facts, 'runs' | 'executing'>> => {
  const before = await executionsOf(stack);
  const runs = await openLedger(stack).runs.list();
  const isKnown = ({ run_id, finished_at }: Run) => finished_at !== null || before.includes(run_id);
  const after = runs.every(isKnown) ? [] : await executionsOf(stack);
  return { runs, executing: new Set([...before, ...after]) };
};

const readMorning = async (stack: Stack): Promise<Pick<Facts, 'morning' | 'isWorn' | 'watchedDay'>> => {
  const now = stack.clock.now();
  const newest = newestDay(now);
  const watch = createMorningWatch(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const nights = await openLedger(stack).sleepTable.get(daysFrom(addDays(newest, -LEARNT_DAYS), newest));
  const current = await watch.get();
  return {
    morning: morningOf([...nights.values()].sort(byDate), timeZoneOf(stack), now),
    isWorn: nights.size > 0,
    watchedDay: current && current.requests > 0 ? current.day : undefined,
  };
};

export const summaryOf = (run: Run, isWorkedOn: boolean): RunSummary => ({
  run_id: run.run_id,
  trigger: run.trigger,
  started_at: run.started_at,
  finished_at: run.finished_at,
  status: run.finished_at === null && !isWorkedOn ? 'stopped' : statusOf(run),
  cause: run.cause,
  counts: countsOf(run),
});

/** The summary of a run that has not planned its dates yet. */
export const notStarted = (run_id: string, trigger: string, started_at: string): RunSummary => ({
  ...{ run_id, trigger, started_at },
  finished_at: null,
  status: 'running',
  cause: null,
  counts: { planned: 0, pending: 0, stored: 0, unchanged: 0, no_data: 0, failed: 0 },
});

/** Reads the whole ledger, and the nights of the last four weeks. */
export const readSyncState = async (stack: Stack, situation: Situation): Promise<SyncState> => {
  const { days, sleepTable } = openLedger(stack);
  const syncTable = outputOf(stack, OUTPUT.ouraSyncTable);
  const now = stack.clock.now();
  const { runs, executing } = await readRuns(stack);
  const past = runs.filter(({ started_at }) => !isFuture(started_at, now));
  const [queues, retentionMs, entries, nights, newestNight, plannedThrough, morning, reconnect] =
    await Promise.all([
      readQueues(stack),
      readRetention(stack),
      Array.fromAsync(days.scan(), (entry) => [entry.date, entry] as const),
      Array.fromAsync(sleepTable.dates()),
      createNewestNight(stack.dynamodb, syncTable).get(),
      createPlannedThrough(stack.dynamodb, syncTable).get(),
      readMorning(stack),
      findReconnect(
        stack,
        past.find(({ finished_at }) => finished_at !== null),
      ),
    ]);
  const facts: Facts = {
    now,
    timeZone: timeZoneOf(stack),
    lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
    queues,
    retentionMs,
    runs,
    executing,
    entries: new Map<Day, DayEntry>(entries),
    nights: new Set(nights),
    newestNight,
    plannedThrough,
    ...morning,
    reconnect,
  };
  const dates = findUnsettled(facts, situation);
  const actions = actionsOf(situation.process, reconnect, situation.command);
  const isWorkedOn = ({ run_id }: Run) => situation.process?.consumes === true && executing.has(run_id);
  return {
    now: iso(now),
    process: situation.process,
    reconnect,
    queues,
    runs: past.map((run) => summaryOf(run, isWorkedOn(run))),
    lastSuccess: findLastSuccess(facts),
    nextRun: situation.nextRun,
    dates,
    entries: facts.entries,
    nights: facts.nights,
    problems: findProblems(facts, dates, situation, actions),
    actions,
  };
};
