import { createNewestNight } from '../../../shared/aws/store/latest-day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { shareConcurrent } from '../../../shared/core/share-concurrent.ts';
import { openLedger } from '../ledger.ts';
import { newestRuns, runningRuns, triggerOf } from '../runs/executions.ts';
import { outputOf, type Stack } from '../stack.ts';
import { groupByCause, readFailedDates, unreadGroup } from './failures.ts';
import type { Activity, PipelineState } from './pipeline-state.ts';
import {
  notStarted,
  readQueues,
  readSyncState,
  type Situation,
  type SyncState,
  summaryOf,
} from './sync-state.ts';

/** How many finished runs are listed. */
const RUNS_SHOWN = 10;
/** The state takes the whole ledger, so it is not read each time. */
const LEDGER_EVERY_MS = 30_000;

const readActivity = async (stack: Stack): Promise<Activity> => {
  const { runs } = openLedger(stack);
  const newest = createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const [queues, day, started] = await Promise.all([readQueues(stack), newest.get(), runningRuns(stack)]);
  const running = await Promise.all(
    started.map(async ({ run_id, started_at }) => {
      const open = await runs.get(run_id);
      return open ? summaryOf(open.run, true) : notStarted(run_id, triggerOf(run_id), started_at);
    }),
  );
  return { queues, running, newest: day ?? null };
};

/** The pipeline's state for any number of viewers. */
export interface PipelineWatch {
  read(): Promise<PipelineState>;
  /** The state that the last `read` used: at most half a minute old. */
  state(): Promise<SyncState>;
}

/**
 * Reads the whole ledger if something has changed (a run started or finished, messages were parked or moved), else every half
 * minute. Concurrent reads share one result.
 * @param situation called with each read of the ledger
 */
export const watchPipeline = (stack: Stack, situation: () => Promise<Situation>): PipelineWatch => {
  const readLedger = async () => {
    const state = await readSyncState(stack, await situation());
    return {
      state,
      failures: groupByCause(await readFailedDates(openLedger(stack), state.entries.values())),
    };
  };
  let ledger: Awaited<ReturnType<typeof readLedger>> | undefined;
  let of = '';
  let at = 0;
  const look = async () => {
    // A short run can start and end between two looks: then only the newest run is another.
    const [activity, newest] = await Promise.all([readActivity(stack), newestRuns(stack, 1)]);
    const { work, dead_letter, parked } = activity.queues;
    const runningIds = activity.running.map(({ run_id }) => run_id);
    const now = JSON.stringify([work > 0, dead_letter, parked, runningIds, newest]);
    if (ledger === undefined || of !== now || performance.now() - at > LEDGER_EVERY_MS) {
      ledger = await readLedger();
      of = now;
      at = performance.now();
    }
    const { state } = ledger;
    // Reading the parked messages would hide them from a redrive.
    const parkedDates = ledger.failures.flatMap(({ dates }) =>
      dates.filter(({ state: is }) => is === 'parked'),
    );
    const unread = activity.queues.parked - parkedDates.length;
    const failures = [
      ...ledger.failures,
      ...unreadGroup(
        unread,
        `Parked, with a date and an error that this page does not know. To list them, ${state.actions.failures}`,
      ),
    ];
    const isStopped = state.process?.consumes !== true;
    const running = activity.running.map((run) => (isStopped ? { ...run, status: 'stopped' as const } : run));
    const runs = state.runs.filter(({ finished_at }) => finished_at !== null).slice(0, RUNS_SHOWN);
    return { state, pipeline: { ...activity, running, runs, failures, problems: state.problems } };
  };
  const shared = shareConcurrent(look);
  return {
    read: async () => (await shared()).pipeline,
    state: async () => (await shared()).state,
  };
};
