import { checkDateRange } from './date-range.ts';
import { addDays, type Day, dayIn, daysFrom, earlierDay, laterDay } from './day.ts';
import type { DayEntry } from './ledger.ts';
import { MOST_DATES, type RunInput, type WorkMessage } from './messages.ts';
import { isDue, RECHECK_AGES } from './recheck-schedule.ts';

/** What a plan is made from; `today` and the days of instants are those of the user's time zone. */
export interface PlanContext {
  readonly input: RunInput;
  readonly today: Day;
  readonly timeZone: string;
  readonly lookBackDays: number;
  /** Up to which day earlier runs by the look-back have asked; undefined before the first. */
  readonly plannedThrough: Day | undefined;
}

/** The look-back of a stack whose settings do not change it. */
export const DEFAULT_LOOK_BACK_DAYS = 7;

/** The furthest that a run catches up by itself; what is older is a backfill's. */
const LONGEST_CATCH_UP_DAYS = 366;

/** Whether the run names its own dates, and is not one by the look-back. */
const hasOwnRange = (input: RunInput): boolean =>
  input.from !== undefined || input.to !== undefined || input.days !== undefined;

/**
 * The first day of the look-back. Where days have passed without a run (the machine was off, the key was rejected), it
 * reaches back as far as the last run looked, so that no night falls between two runs.
 */
const lookBackFrom = ({ today, lookBackDays, plannedThrough }: PlanContext): Day => {
  const skipped = plannedThrough !== undefined && plannedThrough < addDays(today, -1);
  const from = addDays(skipped ? plannedThrough : today, 1 - lookBackDays);
  const limit = addDays(today, 1 - Math.max(LONGEST_CATCH_UP_DAYS, lookBackDays));
  return laterDay(from, limit);
};

/** A date to queue and why. */
export type PlannedDate = Pick<WorkMessage, 'date' | 'reason'>;

/** The range a run asks about, both ends included. Throws RunInputInvalid for a range that cannot be used. */
export const askedRange = (context: PlanContext): { from: Day; to: Day } => {
  const { input, today, lookBackDays } = context;
  if (!hasOwnRange(input)) return { from: lookBackFrom(context), to: today };
  const to = input.to ?? today;
  const from = input.from ?? addDays(to, 1 - (input.days ?? lookBackDays));
  checkDateRange({ from, to }, { today, most: MOST_DATES });
  return { from, to };
};

/**
 * Whether a run leaves nothing unasked between the days that were asked about before and today: a run by the look-back
 * always, one with dates of its own where it ends today and begins no later than the day after those.
 */
export const reachesToday = (context: PlanContext): boolean => {
  const { from, to } = askedRange(context);
  const { today, plannedThrough = from } = context;
  return to === today && from <= addDays(plannedThrough, 1);
};

/**
 * The dates that a plan must look up: those asked about, and for a run by the schedule's rule (no range given) also
 * those whose night may be due for a re-read: up to the oldest age of the schedule and one look-back more, so that
 * a few days without a run skip nothing.
 */
export const candidateDates = (context: PlanContext): Day[] => {
  const { from, to } = askedRange(context);
  if (hasOwnRange(context.input)) return daysFrom(from, to);
  const oldest = addDays(context.today, -(Math.max(...RECHECK_AGES) + context.lookBackDays));
  return daysFrom(earlierDay(oldest, from), to);
};

/**
 * Whether today's answer to "no data" stands: the second one that settles the date counts only a day later, so a backfill
 * that was stopped and goes on has nothing to ask. A scope may have been granted since.
 */
const isToldToday = ({ reason, last_checked_at }: DayEntry, { timeZone, today }: PlanContext): boolean =>
  reason !== 'scope_missing' && dayIn(timeZone, Date.parse(last_checked_at)) === today;

/**
 * The dates to queue, oldest first: inside the range each date that has neither a night nor a settled "no data" (nor, for a
 * backfill, one of today), and each stored night that is due for a re-read.
 * @param candidates what {@link candidateDates} gave
 * @param stored which of them have a night
 * @param entries what the ledger knows of them
 */
export const chooseDates = (
  context: PlanContext,
  candidates: readonly Day[],
  stored: ReadonlySet<Day>,
  entries: ReadonlyMap<Day, DayEntry>,
): PlannedDate[] => {
  const { from } = askedRange(context);
  return candidates.flatMap((date): PlannedDate[] => {
    const entry = entries.get(date);
    if (stored.has(date)) {
      const checkedOn = entry && dayIn(context.timeZone, Date.parse(entry.last_checked_at));
      return !checkedOn || isDue(date, checkedOn, context.today) ? [{ date, reason: 'recheck' }] : [];
    }
    const isBackfill = context.input.trigger === 'backfill';
    if (
      date < from ||
      (entry?.state === 'no_data' && (entry.settled || (isBackfill && isToldToday(entry, context))))
    )
      return [];
    return [{ date, reason: isBackfill ? 'backfill' : 'missing' }];
  });
};
