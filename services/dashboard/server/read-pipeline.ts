import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { createNewestNight } from '../../../shared/aws/store/newest-night.ts';
import { countsOf, type Run, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { groupByCause } from '../../operations/failures.ts';
import { type Ledger, outputOf } from '../../operations/ledger.ts';
import type { PipelineAnswer, RunRow } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';

/** How many ended runs the page lists. */
const RUNS_SHOWN = 10;
/** The ledger is read whole for the list of runs and failures, so not at every look. */
const LEDGER_EVERY_MS = 30_000;

const toRow = (run: Run): RunRow => ({
  run_id: run.run_id,
  trigger: run.trigger,
  started_at: run.started_at,
  finished_at: run.finished_at,
  status: statusOf(run),
  cause: run.cause,
  counts: countsOf(run),
});

/** What a look costs little to know. */
type Quick = Pick<PipelineAnswer, 'queues' | 'running' | 'newest'>;
/** What takes the whole ledger. */
type History = Pick<PipelineAnswer, 'runs' | 'failures'>;

const readQuick = async (stack: DashboardStack, { runs }: Ledger): Promise<Quick> => {
  const depth = (output: string) => queueDepth(stack.sqs, outputOf(stack, output));
  const newest = createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const executions = stack.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: outputOf(stack, OUTPUT.syncRun), statusFilter: 'RUNNING' }),
  );
  const [work, dead_letter, parked, day, { executions: started = [] }] = await Promise.all([
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
    newest.get(),
    executions,
  ]);
  const running = await Promise.all(
    started.map(async ({ name = '', startDate }) => {
      const open = await runs.get(name);
      return open ? toRow(open.run) : notOpened(name, startDate?.toISOString() ?? '');
    }),
  );
  return { queues: { work, dead_letter, parked }, running, newest: day ?? null };
};

/** An execution whose planner has not written its run yet. */
const notOpened = (run_id: string, started_at: string): RunRow => ({
  run_id,
  trigger: run_id.split('-')[0] ?? '',
  started_at,
  finished_at: null,
  status: 'running',
  cause: null,
  counts: { planned: 0, pending: 0, stored: 0, unchanged: 0, no_data: 0, failed: 0 },
});

const readHistory = async ({ runs, days }: Ledger): Promise<History> => {
  const [all, entries] = await Promise.all([runs.list(), Array.fromAsync(days.scan())]);
  return {
    runs: all
      .filter(({ finished_at }) => finished_at !== null)
      .slice(0, RUNS_SHOWN)
      .map(toRow),
    failures: groupByCause(entries),
  };
};

/** Looks at the pipeline, for as many pages as there are. */
export interface Pipeline {
  read(): Promise<PipelineAnswer>;
}

/**
 * The ledger is read whole where something has moved since the last time (a run began or ended, messages were
 * parked or moved back), else every half minute; looks at the same moment share one reading.
 */
export const createPipeline = (stack: DashboardStack, ledger: Ledger): Pipeline => {
  let history: { readonly value: History; readonly of: string; readonly at: number } | undefined;
  const look = async (): Promise<PipelineAnswer> => {
    const quick = await readQuick(stack, ledger);
    const { work, dead_letter, parked } = quick.queues;
    const of = JSON.stringify([work > 0, dead_letter, parked, quick.running.map(({ run_id }) => run_id)]);
    if (history?.of !== of || performance.now() - history.at > LEDGER_EVERY_MS) {
      history = { value: await readHistory(ledger), of, at: performance.now() };
    }
    return { ...quick, ...history.value };
  };
  let underWay: Promise<PipelineAnswer> | undefined;
  return {
    read: () => {
      underWay ??= look().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
};
