import type { Collection, RawRecord } from '../collections.ts';
import type { NoDataReason } from '../ledger.ts';
import { parseDocument } from './oura-records.ts';

/**
 * With at least this `non_wear_time` (s), the ring counts as not worn. Charging takes 20 to 80 minutes, so 3 hours are
 * more than a charge. Oura counts a sleep of 3 hours or more by itself (`long_sleep`), so Oura can still find a night
 * around a shorter break. Oura's activity day runs from 04:00 to 04:00: the record of a date has the morning of its
 * night and the evening of the next one, so the limit cannot be higher.
 */
export const NOT_WORN_SECONDS = 3 * 3600;

/** Why a date has no night, with the evidence. `evidence` names records and wear time, never a health value. */
export interface Gap {
  readonly reason: NoDataReason;
  readonly evidence: string;
}

/** A reason that settles a date at once: nothing that the user does or Oura receives later can change it. */
export const isFinal = (reason: NoDataReason): boolean =>
  reason === 'before_first_record' || reason === 'skipped_day';

/**
 * Explains a date for which Oura has no counted period. `activity` is its unvalidated daily_activity document. `denied`
 * are the collections that Oura withheld; a daily document explains nothing, because a night does not need it. A rejected
 * or deleted period shows that the ring was worn and synced. `isSkipped`: the sleeper skipped the date at the date line
 * ({@link isSkippedDay}). `isBeforeFirstRecord`: the account has records, but none up to this date.
 */
export const explainGap = (facts: {
  activity: RawRecord | undefined;
  denied: readonly Collection[];
  hasRestPeriods: boolean;
  isSkipped: boolean;
  isBeforeFirstRecord: boolean;
}): Gap => {
  const withheld = facts.denied.find(
    (collection) => collection === 'sleep' || collection === 'daily_activity',
  );
  if (withheld) return { reason: 'scope_missing', evidence: `Oura denied access to ${withheld}` };
  if (facts.hasRestPeriods) {
    return { reason: 'not_detected', evidence: 'only rejected, deleted or unclassified sleep periods' };
  }
  if (facts.isSkipped) {
    return {
      reason: 'skipped_day',
      evidence: 'less than 24 h between the nights before and after, whose clocks differ by 12 h or more',
    };
  }
  if (facts.activity === undefined && facts.isBeforeFirstRecord) {
    return { reason: 'before_first_record', evidence: 'no record in any collection up to this date' };
  }
  if (facts.activity === undefined) return { reason: 'not_synced', evidence: 'no daily_activity record' };

  // An unusable value explains nothing, like an absent one.
  const { non_wear_time } = parseDocument('daily_activity', facts.activity).values;
  if (non_wear_time === null) {
    return {
      reason: 'not_detected',
      evidence: 'daily_activity record without non_wear_time, no sleep period',
    };
  }
  const evidence = `daily_activity record with ${(non_wear_time / 3600).toFixed(1)} h non-wear time`;
  return { reason: non_wear_time >= NOT_WORN_SECONDS ? 'not_worn' : 'not_detected', evidence };
};
