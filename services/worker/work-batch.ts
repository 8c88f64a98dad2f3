import type { SQSRecord } from 'aws-lambda';
import type { Outcome } from '../../shared/core/ledger.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';

/** A message on its way through the worker. */
export interface WorkItem {
  readonly record: SQSRecord;
  readonly message: WorkMessage;
  /** Which receive of the message this is: 1, 2, … */
  readonly attempt: number;
}

/** What became of a date: an outcome, or the error that kept it from one. */
export type DateResult = Exclude<Outcome, 'failed'> | Error;
