import type { Days } from '../../shared/aws/store/days.ts';
import type { Runs } from '../../shared/aws/store/runs.ts';
import type { Day } from '../../shared/core/day.ts';
import { countsOf, outcomesOf, type RunCounts, type RunStatus, statusOf } from '../../shared/core/ledger.ts';
import type { SummaryEvent } from '../../shared/core/messages.ts';

/** The output of an execution: how the run ended, and the state of each date that did not settle. */
export interface RunSummary {
  readonly run_id: string;
  readonly status: RunStatus;
  readonly trigger: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** Why `Plan` failed, e.g. `CredentialsRejected`; null if it did not fail. */
  readonly cause: string | null;
  readonly counts: RunCounts;
  readonly failures: readonly { readonly date: Day; readonly name: string; readonly message: string }[];
  readonly unfinished: readonly Day[];
  /** What Oura sent that belongs to no date. */
  readonly remarks: readonly string[];
}

/** The error's own name: Lambda reports it as `Error`, and the state machine's timeout has a Step Functions name. */
const causeOf = (event: SummaryEvent): string | null => event.state.failure?.Error ?? null;

/** Closes the run and returns how it ended. */
export const summarize = async (event: SummaryEvent, runs: Runs, days: Days): Promise<RunSummary> => {
  const { run } = await runs.finish(event.run_id, {
    trigger: event.state.trigger,
    cause: causeOf(event),
  });
  const outcomes = outcomesOf(run);
  const entries = await days.get(outcomes.failed);
  return {
    run_id: run.run_id,
    status: statusOf(run),
    trigger: run.trigger,
    started_at: run.started_at,
    finished_at: run.finished_at,
    cause: run.cause,
    counts: countsOf(run),
    failures: outcomes.failed.map((date) => {
      const error = entries.get(date)?.last_error;
      return { date, name: error?.name ?? 'unknown', message: error?.message ?? '' };
    }),
    unfinished: outcomes.pending,
    remarks: run.remarks,
  };
};
