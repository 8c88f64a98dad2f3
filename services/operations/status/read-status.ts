import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import type { Day } from '../../../shared/core/day.ts';
import { type Arrival, arrivalOf } from '../../../shared/core/freshness.ts';
import { countsOf, hasVanished, type Run, statusOf } from '../../../shared/core/ledger.ts';
import { isExtra } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { findReconnect, type ReconnectNeeded } from '../credentials/reconnect.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack } from '../stack.ts';
import type { QueueDepths, RunSummary } from './pipeline-state.ts';

export const readQueues = async (stack: Stack): Promise<QueueDepths> => {
  const depth = (output: string) => queueDepth(stack.sqs, outputOf(stack, output));
  const [work, dead_letter, parked] = await Promise.all([
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
  ]);
  return { work, dead_letter, parked };
};

export const summaryOf = (run: Run): RunSummary => ({
  run_id: run.run_id,
  trigger: run.trigger,
  started_at: run.started_at,
  finished_at: run.finished_at,
  status: statusOf(run),
  cause: run.cause,
  counts: countsOf(run),
});

/** The state that `status` shows and `doctor` checks. */
export interface StackStatus {
  readonly lastRun: RunSummary | undefined;
  /** When the last run started that is not an extra one; undefined if there was none. */
  readonly lastRegularStart: string | undefined;
  readonly nights: {
    readonly stored: number;
    /** The stored nights that Oura no longer has. */
    readonly vanished: number;
    readonly first: Day | null;
    readonly last: Day | null;
    /** How the last night arrived; null for a night of a backfill. */
    readonly last_arrival: Arrival | null;
  };
  readonly queues: QueueDepths;
  readonly reconnect: ReconnectNeeded | undefined;
}

export const readStatus = async (stack: Stack): Promise<StackStatus> => {
  const { runs, days, sleepTable } = openLedger(stack);
  const all = await runs.list();
  const [last] = all;
  const dates = (await Array.fromAsync(sleepTable.dates())).sort();
  const newest = dates.at(-1);
  const last_night = newest === undefined ? undefined : (await sleepTable.get([newest])).get(newest);
  const vanished = (await Array.fromAsync(days.scan())).filter(hasVanished).length;
  return {
    lastRun: last && summaryOf(last),
    lastRegularStart: all.find(({ trigger }) => !isExtra(trigger))?.started_at,
    nights: {
      ...{ stored: dates.length, vanished, first: dates[0] ?? null, last: newest ?? null },
      last_arrival: (last_night && arrivalOf(last_night)) ?? null,
    },
    queues: await readQueues(stack),
    reconnect: await findReconnect(stack, last),
  };
};
