// Types only: the page imports them, and is type-checked without Node's types.
import type { Day } from '../../../shared/core/day.ts';
import type { RunCounts, RunStatus } from '../../../shared/core/ledger.ts';

/** Messages in each queue, whether visible, in flight or delayed. */
export interface QueueDepths {
  readonly work: number;
  readonly dead_letter: number;
  readonly parked: number;
}

/** A run without its dates. */
export interface RunSummary {
  readonly run_id: string;
  readonly trigger: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly status: RunStatus;
  readonly cause: string | null;
  readonly counts: RunCounts;
}

/** The dates, and the parked messages without a failed date, that failed with one error. */
export interface FailureGroup {
  /** The name of the error. */
  readonly cause: string;
  /** Its message for the latest date. */
  readonly message: string;
  /** Of dates and messages. */
  readonly count: number;
  readonly dates: readonly {
    readonly date: Day;
    readonly state: string;
    readonly attempts: number;
    readonly at: string;
  }[];
  /** Parked messages that no failed date explains: malformed, or of a date that has settled since. */
  readonly messages: readonly { readonly message_id: string; readonly date: Day | null }[];
}

/** The part of the state that takes few reads. */
export interface Activity {
  readonly queues: QueueDepths;
  /** The running runs; the counts of one that has not planned its dates are 0. */
  readonly running: readonly RunSummary[];
  /** The newest night's date. */
  readonly newest: Day | null;
}

/** The part of the state that takes the whole ledger. */
export interface History {
  /** The newest finished runs. */
  readonly runs: readonly RunSummary[];
  /** Dates whose last attempt failed, by cause. */
  readonly failures: readonly FailureGroup[];
}

export interface PipelineState extends Activity, History {}
