import { CAUSES } from './causes.ts';
import { addDays, type CurrentDates, type DayRange, daysBetween, laterDay } from './day.ts';
import { AppError, type Consequences } from './errors.ts';

/** An invalid date range. The name of this error is stored with runs. */
export class RunInputInvalid extends AppError {
  override readonly name = 'RunInputInvalid';
  override readonly consequences: Consequences = CAUSES.RunInputInvalid;
}

/** A range, or the last `days` dates up to `to`. */
export interface RunRange extends DayRange {
  readonly days?: number | undefined;
}

/**
 * Rejects a range that is reversed, has a date after `newest`, or has more than `most` dates. Without `today`, dates in
 * the future are allowed. The length of an open range is not limited, unless `today` is its end.
 * @param rules `newest`: the newest date that has begun anywhere on Earth; default: `today`
 */
export const checkDateRange = (
  { from, to, days }: RunRange,
  {
    today,
    newest = today,
    most = Number.POSITIVE_INFINITY,
  }: Partial<CurrentDates> & { readonly most?: number } = {},
): void => {
  const future =
    newest === undefined ? undefined : [from, to].find((day) => day !== undefined && day > newest);
  if (future !== undefined)
    throw new RunInputInvalid(`The date ${future} is in the future: today is ${today}.`);
  const last = to ?? (today !== undefined && from !== undefined ? laterDay(today, from) : today);
  if (last === undefined) return;
  const first = from ?? (days === undefined ? last : addDays(last, 1 - days));
  if (first > last) throw new RunInputInvalid(`The range ${first} to ${last} is reversed.`);
  if (daysBetween(first, last) >= most) {
    throw new RunInputInvalid(`The range ${first} to ${last} has more than ${most} dates.`);
  }
};
