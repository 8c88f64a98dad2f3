import type { Day, DayRange } from '../../../shared/core/day.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';
import type { SyncState } from './sync-state.ts';

/** The stored nights in any of `ranges` that Oura may still revise, oldest first. Reads only nights that may be. */
export const readProvisionalNights = async (
  stack: Stack,
  { entries, nights }: Pick<SyncState, 'entries' | 'nights'>,
  ranges: readonly DayRange[],
): Promise<Day[]> => {
  const isIn = (date: Day): boolean =>
    ranges.some(({ from = date, to = date }) => date >= from && date <= to);
  // A provisional night has an unsettled entry, but such an entry can also be of a later failure (decision 18).
  const candidates = [...entries.values()].filter(
    ({ date, settled }) => !settled && nights.has(date) && isIn(date),
  );
  const facts = await openLedger(stack).sleepTable.facts(candidates.map(({ date }) => date));
  return [...facts.values()]
    .filter(({ settled }) => !settled)
    .map(({ date }) => date)
    .sort();
};
