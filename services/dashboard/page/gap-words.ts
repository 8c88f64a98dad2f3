import { causeSentence } from '../../../shared/core/causes.ts';
import { isGap, type NoDataReason } from '../../../shared/core/ledger.ts';
import type { GapRow } from '../server/api.ts';

const REASONS: Readonly<Record<NoDataReason, string>> = {
  not_synced: 'the app was not opened',
  not_worn: 'the ring was not worn',
  not_detected: 'no sleep was found',
  scope_missing: 'a scope is missing',
  before_first_record: 'it is before your first record',
  skipped_day: 'it did not exist for you: you crossed the date line',
};

const isNoDataReason = (reason: string): reason is NoDataReason => Object.hasOwn(REASONS, reason);

/** Says why a date has no night and what happens next, in a few lines. */
export const gapLines = (gap: GapRow): string[] => {
  const state = {
    no_data: 'No data',
    accepted: 'Accepted without a night',
    waiting: 'Waiting',
    failed: 'Failed',
    parked: 'Parked',
    not_asked: 'Not requested',
    not_over: 'Requested too early',
    missing: 'Lost',
    vanished: 'No longer at Oura',
  }[gap.state];
  const noData = isNoDataReason(gap.reason) ? REASONS[gap.reason] : undefined;
  const reason = gap.cause === null ? noData : causeSentence(gap.cause);
  if (!isGap(gap)) return [`No gap: ${reason}`];
  return [
    reason ? `${state}: ${reason}` : state,
    ...(gap.evidence ? [`Evidence: ${gap.evidence}`] : []),
    `Next: ${gap.next}`,
  ];
};
