// Types only: the page imports them, and is type-checked without Node's types.
import type { Day } from '../../../shared/core/day.ts';
import type { NoDataReason } from '../../../shared/core/ledger.ts';

/** A date without a stored night, or with one that Oura no longer has. */
export interface GapRow {
  readonly date: Day;
  readonly state:
    | 'no_data'
    | 'accepted'
    | 'waiting'
    | 'failed'
    | 'parked'
    | 'not_asked'
    | 'not_over'
    | 'missing'
    | 'vanished';
  /** Why Oura has no data, if known; else the state. */
  readonly reason: NoDataReason | GapRow['state'];
  /** A sentence that supports the reason, without health values. */
  readonly evidence: string | null;
  /** The name of the error if there was one. */
  readonly cause: string | null;
  readonly attempts: number;
  readonly settled: boolean;
  readonly last_checked_at: string | null;
  /** The next day whose run requests the date again; null if none does. */
  readonly next_check_on: Day | null;
  /** What happens next, or what the user can do. */
  readonly next: string;
}
