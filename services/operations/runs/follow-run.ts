import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenRun } from '../../../shared/aws/store/runs.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTCOMES, outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';
import { executionStatus, type StartedRun } from './executions.ts';
import type { Progress } from './progress.ts';

/** How to follow a run. */
export interface Following {
  /** Stops following; the run goes on. */
  readonly signal: AbortSignal;
  /** Between two looks, of two reads each. */
  readonly pollMs: number;
  /** Called with the run as it stands, at every look. */
  look(open: OpenRun): void;
}

/** A run whose execution has ended. */
export interface EndedRun {
  /** Of the execution, such as SUCCEEDED. */
  readonly status: string;
  /** Undefined where the execution ended before the planner wrote its run. */
  readonly run: Run | undefined;
}

/** Follows a run until its execution has ended. Undefined where `signal` aborted before. */
export const followRun = async (
  stack: Stack,
  started: StartedRun,
  { signal, pollMs, look }: Following,
): Promise<EndedRun | undefined> => {
  const { runs } = openLedger(stack);
  while (!signal.aborted) {
    // In this order: the run that is read after the end is the final one.
    const status = await executionStatus(stack, started);
    const open = await runs.get(started.run_id);
    if (open) look(open);
    if (status !== 'RUNNING') return { status, run: open?.run };
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
};

/** A `look` for {@link followRun} that reports each date to `progress` once, as it settles. */
export const reportDates = (progress: Progress): Following['look'] => {
  const reported = new Set<Day>();
  return ({ planned, run }) => {
    if (!planned) return;
    const outcomes = outcomesOf(run);
    progress.total(Object.values(outcomes).flat().length);
    for (const outcome of OUTCOMES) {
      for (const date of outcomes[outcome].filter((candidate) => !reported.has(candidate))) {
        reported.add(date);
        progress.settled(date, outcome);
      }
    }
  };
};
