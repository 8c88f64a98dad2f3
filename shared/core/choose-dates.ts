import { checkDateRange } from './date-range.ts';
import { addDays, type CurrentDates, type Day, dayIn, daysFrom, earlierDay, laterDay } from './day.ts';
import type { DayEntry } from './ledger.ts';
import { MOST_DATES, type RunInput, type WorkMessage } from './messages.ts';
import { isDue, RECHECK_AGES } from './recheck-schedule.ts';

/** The input of a plan. `today` and the days of instants are in the user's time zone. */
export interface PlanContext extends CurrentDates {
  readonly input: RunInput;
  readonly timeZone: string;
  readonly lookBackDays: number;
  /** The last day that earlier look-back runs have requested; undefined before the first one. */
  readonly plannedThrough: Day | undefined;
}

/** The look-back of a stack whose settings do not change it. */
export const DEFAULT_LOOK_BACK_DAYS = 7;

/** How far back a run catches up by itself; older dates need a backfill. */
const LONGEST_CATCH_UP_DAYS = 366;

/** Whether the run was given its dates, and does not use the look-back. */
export const hasOwnRange = (input: { readonly [Key in 'from' | 'to' | 'days']?: unknown }): boolean =>
  input.from !== undefined || input.to !== undefined || input.days !== undefined;

/** Runs with these triggers use the look-back if they have no range. */
const LOOK_BACK_TRIGGERS: readonly unknown[] = ['schedule', 'manual'] satisfies RunInput['trigger'][];

/**
 * Whether the run plans the whole look-back: the daily run, or a manual one without a range. Only such a run proves that
 * every date up to today has been requested.
 */
export const isLookBack = (
  input: { readonly trigger?: unknown } & Parameters<typeof hasOwnRange>[0],
): boolean => LOOK_BACK_TRIGGERS.includes(input.trigger) && !hasOwnRange(input);

/**
 * The first day of the look-back. After days without a run (the machine was off, the key was rejected), it is the first
 * day of the last run's look-back, so that no night is missed between two runs. If a clock was ahead, the last run is unknown.
 */
const lookBackFrom = ({ today, newest, lookBackDays, plannedThrough }: PlanContext): Day => {
  const skipped = plannedThrough !== undefined && plannedThrough < addDays(today, -1);
  const from = addDays(skipped ? plannedThrough : today, 1 - lookBackDays);
  const limit = addDays(today, 1 - Math.max(LONGEST_CATCH_UP_DAYS, lookBackDays));
  const isAhead = plannedThrough !== undefined && plannedThrough > newest;
  return isAhead ? limit : laterDay(from, limit);
};

/** A date to queue, and the reason. */
export type PlannedDate = Pick<WorkMessage, 'date' | 'reason'>;

/**
 * The range that a run requests, both ends included. Without an end it includes every date that has begun anywhere on
 * Earth, because the user may sleep in another zone than the configured one. Throws RunInputInvalid if the range is
 * invalid.
 */
export const askedRange = (context: PlanContext): { from: Day; to: Day } => {
  const { input, today, newest, lookBackDays } = context;
  if (!hasOwnRange(input)) return { from: lookBackFrom(context), to: newest };
  const from = input.from ?? addDays(input.to ?? today, 1 - (input.days ?? lookBackDays));
  const to = input.to ?? newest;
  checkDateRange({ from, to }, { today, newest, most: MOST_DATES });
  return { from, to };
};

/**
 * The dates that a plan must look up: the requested range and, for a look-back run, also the dates that may be due for
 * a re-read. Those reach back to the oldest age of the re-read schedule plus one look-back, so that a few days without
 * a run skip nothing.
 */
export const candidateDates = (context: PlanContext): Day[] => {
  const { from, to } = askedRange(context);
  if (hasOwnRange(context.input)) return daysFrom(from, to);
  const oldest = addDays(context.today, -(Math.max(...RECHECK_AGES) + context.lookBackDays));
  return daysFrom(earlierDay(oldest, from), to);
};

/**
 * Whether an earlier run has found today that Oura has no night. The second answer, which settles the date, counts only a day
 * later, so a resumed backfill need not request the date again. The exception is a missing scope: it may have been granted
 * since.
 */
const wasFoundEmptyToday = (
  { reason, last_checked_at }: DayEntry,
  { timeZone, today }: PlanContext,
): boolean => reason !== 'scope_missing' && dayIn(timeZone, Date.parse(last_checked_at)) === today;

/**
 * The dates to queue, oldest first: each date in the range that has neither a night nor a settled "no data" (nor, in a
 * backfill, was found today to have none), each incomplete night in the range, and each stored night or accepted date that is
 * due for a re-read. With `again`, every date in the range.
 * @param candidates the result of {@link candidateDates}
 * @param stored the candidates that have a night
 * @param states the candidates' states
 */
export const chooseDates = (
  context: PlanContext,
  candidates: readonly Day[],
  stored: ReadonlySet<Day>,
  states: ReadonlyMap<Day, DayEntry>,
): PlannedDate[] => {
  const { from } = askedRange(context);
  const isBackfill = context.input.trigger === 'backfill';
  return candidates.flatMap((date): PlannedDate[] => {
    const state = states.get(date);
    const isNamedAgain = context.input.again === true && date >= from;
    if (stored.has(date)) {
      const checkedOn = state && dayIn(context.timeZone, Date.parse(state.last_checked_at));
      // A check by a clock that was ahead says nothing about when the next one is due.
      const isUnchecked = !checkedOn || checkedOn > context.newest;
      if (isUnchecked || (!state.settled && isDue(date, checkedOn, context.today)))
        return [{ date, reason: 'recheck' }];
      const isIncomplete = date >= from && state.incomplete.length > 0;
      return isNamedAgain || isIncomplete ? [{ date, reason: isBackfill ? 'backfill' : 'recheck' }] : [];
    }
    if (isNamedAgain) return [{ date, reason: isBackfill ? 'backfill' : 'missing' }];
    const isAccepted = state?.state === 'accepted';
    const isEmpty = isAccepted || state?.state === 'no_data' || state?.state === 'not_over';
    // Oura may still correct the record, like a stored night.
    if (
      isAccepted &&
      date < from &&
      isDue(date, dayIn(context.timeZone, Date.parse(state.last_checked_at)), context.today)
    )
      return [{ date, reason: 'recheck' }];
    if (date < from || (isEmpty && (state.settled || (isBackfill && wasFoundEmptyToday(state, context)))))
      return [];
    return [{ date, reason: isBackfill ? 'backfill' : 'missing' }];
  });
};
