import type { Days } from '../../shared/aws/store/days.ts';
import type { Runs } from '../../shared/aws/store/runs.ts';
import type { Day } from '../../shared/core/day.ts';
import { countsOf, outcomesOf, type RunCounts, type RunStatus, statusOf } from '../../shared/core/ledger.ts';
import type { SummaryEvent } from '../../shared/core/messages.ts';

/**
 * The most entries of a list in the output: an output has at most 262,144 bytes [Step Functions]. A failure takes up to 2 KB,
 * because its message has up to 300 characters.
 */
export const MOST_LISTED = 50;

/**
 * The output of an execution: how the run ended, and the first dates that did not settle. `npm run failures` and
 * `npm run gaps` list all of them, from the ledger.
 */
export interface RunSummary {
  readonly run_id: string;
  readonly status: RunStatus;
  readonly trigger: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** Why `Plan` failed, e.g. `CredentialsRejected`; null if it did not fail. */
  readonly cause: string | null;
  readonly counts: RunCounts;
  /** The number of failed dates per last error, by its name. */
  readonly failed_by_cause: Readonly<Record<string, number>>;
  readonly first_failures: readonly { readonly date: Day; readonly name: string; readonly message: string }[];
  readonly first_unfinished: readonly Day[];
  /** What Oura sent that belongs to no date: the first remarks. */
  readonly remarks: readonly string[];
}

/** The error's own name: Lambda reports it as `Error`, and the state machine's timeout has a Step Functions name. */
const causeOf = (event: SummaryEvent): string | null => event.state.failure?.Error ?? null;

const countsByName = (failures: readonly { readonly name: string }[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(failures, ({ name }) => name)].map(([name, group]) => [name, group.length]),
  );

/** Closes the run and returns how it ended. */
export const summarize = async (event: SummaryEvent, runs: Runs, days: Days): Promise<RunSummary> => {
  const { run } = await runs.finish(event.run_id, {
    trigger: event.state.trigger,
    cause: causeOf(event),
  });
  const outcomes = outcomesOf(run);
  const entries = await days.get(outcomes.failed);
  const failures = outcomes.failed.map((date) => {
    const error = entries.get(date)?.last_error;
    return { date, name: error?.name ?? 'unknown', message: error?.message ?? '' };
  });
  const first = <Entry>(entries: readonly Entry[]): Entry[] => entries.slice(0, MOST_LISTED);
  return {
    run_id: run.run_id,
    status: statusOf(run),
    trigger: run.trigger,
    started_at: run.started_at,
    finished_at: run.finished_at,
    cause: run.cause,
    counts: countsOf(run),
    failed_by_cause: countsByName(failures),
    first_failures: first(failures),
    first_unfinished: first(outcomes.pending),
    remarks: first(run.remarks),
  };
};
