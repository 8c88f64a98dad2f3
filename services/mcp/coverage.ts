import { type Day, type DayRange, daysFrom, earlierDay, laterDay } from '../../shared/core/day.ts';
import { gapContext, gapsOf } from '../operations/gaps/read-gaps.ts';
import type { SyncState } from '../operations/status/sync-state.ts';
import type { ToolCall } from './tool.ts';

/** How many dates of the range have a stored night. */
export const nightsIn = ({ nights }: Pick<SyncState, 'nights'>, { from, to }: DayRange): number =>
  [...nights].filter((date) => date >= (from ?? date) && date <= (to ?? date)).length;

/** How many dates of the range have a night, and what gaps says of its other dates. */
export const coverageOf = async ({ from, to }: DayRange, { stack, state }: ToolCall) => {
  const context = await gapContext(stack, state);
  const { rows } = gapsOf(state, { from, to }, context);
  const { today } = context;
  const isStored = (date: Day): boolean => state.nights.has(date);
  // A night that Oura no longer has stays stored.
  const [gone, missing] = [
    rows.filter(({ date }) => isStored(date)),
    rows.filter(({ date }) => !isStored(date)),
  ];
  const explained = new Set(missing.map(({ date }) => date));
  const later = to === undefined ? [] : daysFrom(laterDay(today, from ?? today), to);
  return {
    context,
    rows,
    counts: {
      nights: nightsIn(state, { from, to }),
      dates_without_night: missing.length,
      dates_not_over: later.filter((date) => !isStored(date) && !explained.has(date)).length,
      ...(gone.length > 0 && { nights_that_oura_no_longer_has: gone.length }),
    },
    /** For the tools that do not have the gaps. */
    toExplain:
      rows.length > 0 && from !== undefined && to !== undefined
        ? { why_missing: `call gaps from ${from} to ${earlierDay(to, today)}` }
        : {},
  };
};
