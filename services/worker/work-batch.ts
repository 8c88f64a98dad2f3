import type { SQSRecord } from 'aws-lambda';
import type { Outcome } from '../../shared/core/ledger.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';

/** A message that the worker is processing. */
export interface WorkItem {
  readonly record: SQSRecord;
  readonly message: WorkMessage;
  /** The number of this receive of the message: 1, 2, … */
  readonly attempt: number;
  /** Whether the planner found neither a night nor a ledger entry for the date, and this is the first attempt since. */
  readonly isNew: boolean;
  /** When Oura announced the date (ISO 8601, UTC); null if it did not. */
  readonly announcedAt: string | null;
}

/**
 * The result of a date: an outcome, or the error that prevented one; `not_over` if Oura has no night yet and the date is
 * not over for the sleeper.
 */
export type DateResult = Exclude<Outcome, 'failed'> | 'not_over' | Error;
