// Types only: the page imports them, and is type-checked without Node's types.
import type { Day } from '../../../shared/core/day.ts';
import type { RunCounts, RunStatus } from '../../../shared/core/ledger.ts';

/** Messages in each queue, whether visible, in flight or delayed. */
export interface QueueDepths {
  readonly work: number;
  readonly dead_letter: number;
  readonly parked: number;
}

/** The status of a run; `stopped`: it has not finished, and nothing works on it. */
type ShownStatus = RunStatus | 'stopped';

/** A run without its dates. */
export interface RunSummary {
  readonly run_id: string;
  readonly trigger: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly status: ShownStatus;
  readonly cause: string | null;
  readonly counts: RunCounts;
}

/** The dates, and the parked messages without a failed date, that failed with one error. */
export interface FailureGroup {
  /** The name of the error; `unread`: parked messages whose dates and errors are unknown now. */
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
    readonly message: string;
  }[];
  /** Parked messages that no failed date explains: malformed, or of a date that has settled since. */
  readonly messages: readonly { readonly message_id: string; readonly date: Day | null }[];
}

/** The process that serves a data folder, which may be this one. For a deployed stack, AWS. */
export interface ServingProcess {
  /** Null on AWS. */
  readonly pid: number | null;
  /** Whether functions consume the queues. `npm run dashboard` serves a folder without them. */
  readonly consumes: boolean;
}

/** What can be wrong with a stack or a data folder. Notifications and tests know the problems by these names. */
export const PROBLEM_IDS = [
  'reconnect_needed',
  'damaged_data',
  'disk_full',
  'no_success',
  'dates_waiting',
  'dates_failed',
  'dates_parked',
  'messages_expired',
  'nights_missing',
  'last_night_absent',
  'incomplete_stop',
  'clock_ahead',
  'log_gap',
] as const;
export type ProblemId = (typeof PROBLEM_IDS)[number];

/** Something that is wrong, and what to do about it. It has no health value and no token. */
export interface Problem {
  readonly id: ProblemId;
  /** `problem`: nights do not arrive, or are lost. `warning`: it may be intended, or it passes. */
  readonly severity: 'problem' | 'warning';
  /** ISO 8601; null if unknown. */
  readonly since: string | null;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** What to do, as an imperative without a full stop; null if there is nothing to do. */
  readonly action: string | null;
  /** Of dates, nights or messages; null if the problem has no number. */
  readonly count: number | null;
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
interface History {
  /** The newest finished runs. */
  readonly runs: readonly RunSummary[];
  /** Dates whose last attempt failed, by cause. */
  readonly failures: readonly FailureGroup[];
  /** The most urgent first. */
  readonly problems: readonly Problem[];
}

export interface PipelineState extends Activity, History {}
