import { findDates } from '../../../shared/aws/store/day-states.ts';
import { createPlannedThrough } from '../../../shared/aws/store/latest-day.ts';
import { candidateDates, chooseDates, type PlannedDate } from '../../../shared/core/choose-dates.ts';
import { currentDates, type Day, dayIn } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { nextRecheck } from '../../../shared/core/recheck-schedule.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack, timeZoneOf } from '../stack.ts';

/** A night that Oura may still revise, and when it is read again. */
interface DueRecheck {
  readonly date: Day;
  readonly on: Day;
}

interface DueDates {
  /** What the look-back run requests, oldest first. A new connection or an event of Oura can add dates. */
  readonly next: readonly PlannedDate[];
  /** The later re-reads of stored nights, oldest night first. */
  readonly later: readonly DueRecheck[];
}

/**
 * Applies the rules of the planner. Requests nothing.
 * @param startsAt when the look-back run starts (epoch ms)
 */
export const readDueDates = async (stack: Stack, startsAt: number): Promise<DueDates> => {
  const timeZone = timeZoneOf(stack);
  const current = currentDates(timeZone, startsAt);
  const syncTable = outputOf(stack, OUTPUT.ouraSyncTable);
  const context = {
    ...current,
    timeZone,
    input: { trigger: 'schedule' as const },
    lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
    plannedThrough: await createPlannedThrough(stack.dynamodb, syncTable).get(),
  };
  const candidates = candidateDates(context);
  const { stored, states } = await findDates(openLedger(stack), candidates);
  const later = candidates.flatMap((date): DueRecheck[] => {
    const state = states.get(date);
    if (!stored.has(date) || !state || state.settled) return [];
    const on = nextRecheck(date, dayIn(timeZone, Date.parse(state.last_checked_at)));
    return on !== null && on > current.today ? [{ date, on }] : [];
  });
  return { next: chooseDates(context, candidates, stored, states), later };
};
