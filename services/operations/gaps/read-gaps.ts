import { createNewestNight } from '../../../shared/aws/store/latest-day.ts';
import type { Day, DayRange } from '../../../shared/core/day.ts';
import { isGap } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { sleeperToday } from '../../../shared/core/night/sleeper-day.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { outputOf, type Stack, timeZoneOf } from '../stack.ts';
import type { SyncState } from '../status/sync-state.ts';
import { findGaps, type GapContext } from './find-gaps.ts';
import type { GapRow } from './gap-row.ts';

/** Today where the sleeper is, by the clock of the newest stored night. */
export const sleeperTodayOf = async (stack: Stack): Promise<Day> => {
  const newest = await createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).get();
  const nights = newest === undefined ? undefined : await openLedger(stack).sleepTable.get([newest]);
  return sleeperToday(nights?.get(newest ?? ''), timeZoneOf(stack), stack.clock.now());
};

/** Uses the stack's settings, which may differ from the settings file. @param actions replace those of the state */
export const gapContext = async (
  stack: Stack,
  state: SyncState,
  actions: Partial<GapContext['actions']> = {},
): Promise<GapContext> => ({
  timeZone: timeZoneOf(stack),
  today: await sleeperTodayOf(stack),
  lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
  now: stack.clock.now(),
  state,
  actions: { ...state.actions, ...actions },
});

/** The gaps of a state, and whether any night is stored. */
export const gapsOf = (
  { entries, nights }: Pick<SyncState, 'entries' | 'nights'>,
  range: DayRange,
  context: GapContext,
): { rows: GapRow[]; stored: boolean } => ({
  rows: findGaps(nights, entries, range, context).filter(isGap),
  stored: nights.size > 0,
});

/** Why `date` has no night; null if it has one, or no run has requested it yet. */
export const readGap = async (
  { sleepTable, days }: Ledger,
  date: Day,
  context: GapContext,
): Promise<GapRow | null> => {
  const [nights, entries] = await Promise.all([sleepTable.facts([date]), days.get([date])]);
  const [gap] = findGaps(new Set(nights.keys()), entries, { from: date, to: date }, context);
  return gap && gap.state !== 'not_asked' ? gap : null;
};
