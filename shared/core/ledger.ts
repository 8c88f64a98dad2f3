// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import type { NightCollection } from './collections.ts';
import type { Day } from './day.ts';

/** How one date of a run ended. */
export const OUTCOMES = ['stored', 'unchanged', 'no_data', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How a run ended, or `running`. */
export type RunStatus = 'running' | 'complete' | 'partial' | 'failed' | 'incomplete';

/** The statuses of a successful run. */
export const SUCCESSFUL: readonly RunStatus[] = ['complete', 'partial'];

/** `run#<id>` in OuraSyncTable: one execution of the state machine. */
export interface Run {
  readonly run_id: string;
  readonly trigger: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** The error that made `Plan` fail, e.g. `CredentialsRejected`; null if it did not fail. */
  readonly cause: string | null;
  /** Requests sent to Oura for the run so far, including retries and the planner's own. */
  readonly requests: number;
  readonly pending: readonly Day[];
  readonly stored: readonly Day[];
  readonly unchanged: readonly Day[];
  readonly no_data: readonly Day[];
  /** Dates for which Oura had no night yet and which were not over for the sleeper: no outcome, so they are not counted. */
  readonly not_over: readonly Day[];
  readonly failed: readonly Day[];
  /** What Oura sent that belongs to no date; never a health value. */
  readonly remarks: readonly string[];
}

/** Why a date has no night. */
const NO_DATA_REASONS = [
  'not_synced',
  'not_worn',
  'not_detected',
  'scope_missing',
  'before_first_record',
  'skipped_day',
] as const;
export type NoDataReason = (typeof NO_DATA_REASONS)[number];

export const isNoDataReason = (reason: string | null): reason is NoDataReason =>
  NO_DATA_REASONS.some((known) => known === reason);

/** Whether a date without a night lacks one. A date that the sleeper skipped at the date line does not. */
export const isGap = ({ reason }: { readonly reason: string | null }): boolean => reason !== 'skipped_day';

/**
 * The state of one date in the ledger. `not_over`: Oura has no night yet, and the date is not over for the sleeper, so
 * this says nothing about the date. `accepted`: a person has accepted that the date has no night, because Oura's record
 * stays invalid. It ends when Oura answers differently.
 */
type DayState = 'stored' | 'no_data' | 'not_over' | 'failed' | 'parked' | 'accepted';

/** The last failure of a date: class and message, never a health value. */
export interface LastError {
  readonly name: string;
  readonly message: string;
  readonly at: string;
}

/** `day#<date>` in OuraSyncTable: the state of one date. */
export interface DayEntry {
  readonly date: Day;
  readonly state: DayState;
  /** For `no_data`, why there is no night; for `failed`, `parked` and `accepted`, the error; null for a stored night. */
  readonly reason: NoDataReason | string | null;
  /** The evidence for the reason, e.g. `no daily_activity record`; never a health value. */
  readonly evidence: string | null;
  /** Whether no change is expected: a stored night after its last re-read, or "no data" that is final. */
  readonly settled: boolean;
  /** Attempts since the date was last queued or redriven. */
  readonly attempts: number;
  readonly last_error: LastError | null;
  /** The failure that a person has accepted, `at` that time. It outlasts other failures, which may pass. */
  readonly accepted: LastError | null;
  /** The run that recorded the state; null if the state was derived from the night alone. */
  readonly run_id: string | null;
  readonly last_checked_at: string;
  /** The first day on which a run requests the date again by itself; null if no run does. */
  readonly next_check_on: Day | null;
  /** For `no_data`: since when every response has led to this reason. */
  readonly reason_since: string | null;
  /** For a stored night, the collections that it still lacks: a run requests it again. */
  readonly incomplete: readonly NightCollection[];
  /** For a stored night, since when Oura has had no record of the day; null while it has one. */
  readonly vanished_since: string | null;
}

/** The fields of a stored night that its state depends on. */
export interface NightFacts {
  readonly date: Day;
  readonly settled: boolean;
  readonly incomplete: readonly NightCollection[];
  readonly vanished_since: string | null;
  readonly updated_at: string;
}

/** Whether a stored night needs no entry: no re-read is scheduled, it lacks no collection, and Oura still has it. */
export const isPlain = ({
  settled,
  incomplete,
  vanished_since,
}: Pick<NightFacts, 'settled' | 'incomplete' | 'vanished_since'>): boolean =>
  settled && incomplete.length === 0 && vanished_since === null;

/**
 * The state of a date, from its stored night and its entry in the ledger. A plainly stored night takes precedence: it is
 * `stored` without an entry, and with one that another run wrote because it did not see the night. Every other night has an
 * entry. Undefined if no run has recorded anything.
 */
export const dayState = (
  night: NightFacts | undefined,
  entry: DayEntry | undefined,
): DayEntry | undefined => {
  if (night === undefined || !isPlain(night)) return entry;
  const recorded = entry?.state === 'stored' ? entry : undefined;
  // A failure after the night was stored is the failure of a later attempt, and an earlier one is over.
  const failed = entry?.last_error && entry.last_error.at >= night.updated_at ? entry : undefined;
  return {
    date: night.date,
    state: 'stored',
    reason: null,
    evidence: null,
    settled: true,
    // The worker writes an entry from the second attempt on.
    attempts: (failed ?? recorded)?.attempts ?? 1,
    last_error: failed?.last_error ?? null,
    accepted: entry?.accepted ?? null,
    run_id: recorded?.run_id ?? null,
    last_checked_at:
      recorded && recorded.last_checked_at > night.updated_at ? recorded.last_checked_at : night.updated_at,
    next_check_on: null,
    reason_since: null,
    incomplete: [],
    vanished_since: null,
  };
};

/** Whether the night of the date is stored, but Oura no longer has a record of the day. */
export const hasVanished = ({ state, vanished_since }: DayEntry): boolean =>
  state === 'stored' && vanished_since !== null;

/** Counts per outcome: every planned date is in exactly one. */
export type RunCounts = Record<'planned' | 'pending' | Outcome, number>;

/**
 * Puts each date of a run into exactly one outcome. The sets may overlap, because a message can be delivered twice and
 * fail once. A settled date stays settled, no matter what was added to the other sets, and in which order.
 */
export const outcomesOf = (run: Run): Record<'pending' | Outcome, Day[]> => {
  const seen = new Set<Day>();
  const take = (dates: readonly Day[]): Day[] => {
    const fresh = dates.filter((date) => !seen.has(date));
    for (const date of fresh) seen.add(date);
    return fresh.sort();
  };
  return {
    stored: take(run.stored),
    unchanged: take(run.unchanged),
    no_data: take(run.no_data),
    failed: take(run.failed),
    pending: take(run.pending),
  };
};

/** The dates of the run that are not over and have no outcome: a second delivery of a date may have found its night. */
export const notOverOf = (run: Run): Day[] => {
  const ended = new Set(Object.values(outcomesOf(run)).flat());
  return run.not_over.filter((date) => !ended.has(date));
};

/** The number of dates of the run per outcome. */
export const countsOf = (run: Run): RunCounts => {
  const outcomes = outcomesOf(run);
  const counts = {
    stored: outcomes.stored.length,
    unchanged: outcomes.unchanged.length,
    no_data: outcomes.no_data.length,
    failed: outcomes.failed.length,
    pending: outcomes.pending.length,
  };
  return { planned: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts };
};

/**
 * The status of a run, always derived from its sets, so that a redrive corrects it. `running` until the run is
 * summarized. Then `failed` if nothing settled and either a date or the plan failed, `incomplete` if dates are still
 * pending, `partial` if some dates failed, else `complete`.
 */
export const statusOf = (run: Run): RunStatus => {
  if (run.finished_at === null) return 'running';
  const counts = countsOf(run);
  const settled = counts.stored + counts.unchanged + counts.no_data;
  if (run.cause !== null && counts.planned === 0) return 'failed';
  if (counts.pending > 0) return 'incomplete';
  if (counts.failed === 0) return 'complete';
  return settled === 0 ? 'failed' : 'partial';
};
