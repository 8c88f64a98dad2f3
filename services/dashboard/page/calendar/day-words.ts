import { isGap, type NoDataReason } from '../../../../shared/core/ledger.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarDay } from '../../server/api.ts';
import { showDay } from '../format.ts';
import { isNight } from './day-look.ts';

const REASONS: Readonly<Record<NoDataReason, string>> = {
  not_synced: 'the app was not opened',
  not_worn: 'the ring was not worn',
  not_detected: 'no sleep was found',
  scope_missing: 'a scope is missing',
  before_first_record: 'it is before your first record',
  skipped_day: 'it did not exist for you: you crossed the date line',
};

const isNoDataReason = (reason: string): reason is NoDataReason => Object.hasOwn(REASONS, reason);

/** Describes a date in a few lines. */
export const linesOf = (day: CalendarDay): string[] => {
  if (isNight(day)) {
    return [
      showDay(day.date),
      `${day.state === 'stored' ? 'Stored' : 'Stored, provisional'}${day.score === null ? '' : `: score ${day.score}`}`,
      ...(day.revision > 1 ? [`Revised ${day.revision - 1}×`] : []),
      ...(day.vanished_since === null ? [] : ['No longer at Oura']),
      ...(day.naps > 0 ? [plural(day.naps, 'nap')] : []),
    ];
  }
  const state = {
    no_data: 'No data',
    accepted: 'Accepted without a night',
    waiting: 'Waiting',
    failed: 'Failed',
    parked: 'Parked',
    not_asked: 'Not requested',
    missing: 'Lost',
    vanished: 'No longer at Oura',
  }[day.state];
  const reason = day.cause ?? (isNoDataReason(day.reason) ? REASONS[day.reason] : undefined);
  if (!isGap(day)) return [showDay(day.date), `No gap: ${reason}`];
  return [
    showDay(day.date),
    reason ? `${state}: ${reason}` : state,
    ...(day.evidence ? [day.evidence] : []),
    `Next: ${day.next}`,
  ];
};
