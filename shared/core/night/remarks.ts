// IMPORTANT: also sent to the browser by the page. No I/O, no AWS SDK.

import { CURVES } from '../collections.ts';

/** Why a part of Oura's records was set aside or repaired, as people read it. */
export const REMARKS = {
  overlap: 'the period overlaps another one of the same sleep and does not count',
  unknown_type: 'the period has an unknown type and does not count',
  unusable_period: 'the period has no usable times or id and does not count',
  unusable_value: 'the value is unusable and was left out',
  converted_value: 'the value was a text and was read as a number',
  inconsistent_durations: 'the period is shorter than its time asleep and awake',
  withdrawn_period: 'Oura no longer has the period on this day',
} as const;
export type RemarkKind = keyof typeof REMARKS;
export const REMARK_KINDS = Object.keys(REMARKS) as RemarkKind[];

/** Something in Oura's records that was set aside or repaired. It never contains a health value. */
export interface Remark {
  readonly kind: RemarkKind;
  /** Oura's id of the period; absent if the record is not a period or has no id. */
  readonly period_id?: string | undefined;
  /** Collection and path of the field, e.g. `daily_sleep.contributors.timing`. */
  readonly field?: string | undefined;
  readonly detail: string;
}

/** Whether the remark follows from the periods without their curves, so that it can be computed again from stored ones. */
export const isAboutPeriods = ({ kind, field = '' }: Remark): boolean =>
  kind !== 'withdrawn_period' &&
  (field === '' || field.startsWith('sleep.')) &&
  !CURVES.some((curve) => field === `sleep.${curve}`);
