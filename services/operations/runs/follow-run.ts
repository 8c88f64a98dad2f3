import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenRun } from '../../../shared/aws/store/runs.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTCOMES, outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';
import { executionStatus, type StartedRun } from './executions.ts';
import type { Progress } from './progress.ts';

export interface Following {
  /** Stops following; the run continues. */
  readonly signal: AbortSignal;
  /** Between two checks of two reads each. */
  readonly pollMs: number;
  /** Called with the run after each check. */
  look(open: OpenRun): void;
}

/** A run whose execution has finished. */
export interface EndedRun {
  /** Of the execution, such as SUCCEEDED. */
  readonly status: string;
  /** Undefined if the execution finished before the planner wrote its run. */
  readonly run: Run | undefined;
}

/** Follows a run until its execution has finished. Undefined if `signal` aborted first. */
export const followRun = async (
  stack: Stack,
  started: StartedRun,
  { signal, pollMs, look }: Following,
): Promise<EndedRun | undefined> => {
  const { runs } = openLedger(stack);
  while (!signal.aborted) {
    // In this order: a run that is read after its execution has finished is final.
    const status = await executionStatus(stack, started);
    const open = await runs.get(started.run_id);
    if (open) look(open);
    if (status !== 'RUNNING') return { status, run: open?.run };
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
};

/** Returns a `look` for {@link followRun} that reports each date to `progress` once, when it settles. */
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
