import { createNewestNight } from '../../../shared/aws/store/latest-day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { Ledger } from '../ledger.ts';
import { runningRuns } from '../runs/executions.ts';
import { outputOf, type Stack } from '../stack.ts';
import { groupByCause, readFailedDates } from './failures.ts';
import type { Activity, History, PipelineState, RunSummary } from './pipeline-state.ts';
import { readQueues, summaryOf } from './read-status.ts';

/** How many finished runs are listed. */
const RUNS_SHOWN = 10;
/** The lists of runs and failures take the whole ledger, so they are not read each time. */
const LEDGER_EVERY_MS = 30_000;

const readActivity = async (stack: Stack, { runs }: Ledger): Promise<Activity> => {
  const newest = createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const [queues, day, started] = await Promise.all([readQueues(stack), newest.get(), runningRuns(stack)]);
  const running = await Promise.all(
    started.map(async ({ run_id, started_at }) => {
      const open = await runs.get(run_id);
      return open ? summaryOf(open.run) : notOpened(run_id, started_at);
    }),
  );
  return { queues, running, newest: day ?? null };
};

/** An execution whose planner has not written its run yet. */
const notOpened = (run_id: string, started_at: string): RunSummary => ({
  run_id,
  trigger: run_id.split('-')[0] ?? '',
  started_at,
  finished_at: null,
  status: 'running',
  cause: null,
  counts: { planned: 0, pending: 0, stored: 0, unchanged: 0, no_data: 0, failed: 0 },
});

const readHistory = async (ledger: Ledger): Promise<History> => {
  const [all, failed] = await Promise.all([ledger.runs.list(), readFailedDates(ledger)]);
  return {
    runs: all
      .filter(({ finished_at }) => finished_at !== null)
      .slice(0, RUNS_SHOWN)
      .map(summaryOf),
    failures: groupByCause(failed),
  };
};

/**
 * Returns a reader of the pipeline's state for any number of viewers. It reads the whole ledger if something has changed (a run
 * started or finished, messages were parked or moved), else every half minute. Concurrent reads share one result.
 */
export const watchPipeline = (stack: Stack, ledger: Ledger): { read(): Promise<PipelineState> } => {
  let history: { readonly value: History; readonly of: string; readonly at: number } | undefined;
  const look = async (): Promise<PipelineState> => {
    const activity = await readActivity(stack, ledger);
    const { work, dead_letter, parked } = activity.queues;
    const of = JSON.stringify([work > 0, dead_letter, parked, activity.running.map(({ run_id }) => run_id)]);
    if (history?.of !== of || performance.now() - history.at > LEDGER_EVERY_MS) {
      history = { value: await readHistory(ledger), of, at: performance.now() };
    }
    return { ...activity, ...history.value };
  };
  let underWay: Promise<PipelineState> | undefined;
  return {
    read: () => {
      underWay ??= look().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
};
