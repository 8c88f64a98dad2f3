import { type Day, daysFrom, earlierDay } from '../../../shared/core/day.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import { findGaps, type GapContext } from '../../operations/gaps/find-gaps.ts';
import { gapContext } from '../../operations/gaps/read-gaps.ts';
import type { Ledger } from '../../operations/ledger.ts';
import type { SyncState } from '../../operations/status/sync-state.ts';
import type { CalendarAnswer, CalendarDay } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';

const syncThisDate = () => 'click “Sync this date”';

const BUTTONS: Partial<GapContext['actions']> = {
  request: syncThisDate,
  requestAgain: syncThisDate,
  redrive: 'click “Try parked dates again” in Pipeline',
};

export const contextOf = (stack: DashboardStack, state: SyncState): Promise<GapContext> =>
  gapContext(stack, state, stack.readOnly === undefined ? BUTTONS : {});

const firstOf = (dates: Iterable<Day>): Day | undefined =>
  [...dates].reduce<Day | undefined>(
    (first, date) => (first === undefined || date < first ? date : first),
    undefined,
  );

/** The first date with a night or an entry in the ledger; undefined if there is none. */
export const firstKnown = ({ entries, nights }: Pick<SyncState, 'entries' | 'nights'>): Day | undefined =>
  firstOf([...entries.keys(), ...nights]);

/**
 * Returns the state of every date of `year` from the first known date to today.
 * @param known the first known date of all years, which may be as old as the state of the pipeline; undefined if there was none
 */
export const readCalendar = async (
  context: GapContext,
  ledger: Ledger,
  year: number,
  known: Day | undefined,
): Promise<CalendarAnswer> => {
  const { today } = context;
  const all = daysFrom(`${year}-01-01`, earlierDay(today, `${year}-12-31`));
  const [nights, entries] = await Promise.all([ledger.sleepTable.get(all), ledger.days.get(all)]);
  const first = firstOf([...(known ? [known] : []), ...nights.keys(), ...entries.keys()]);
  const dates = first === undefined ? [] : all.filter((date) => date >= first);
  const range = { from: dates[0], to: dates.at(-1) };
  const gaps = dates.length === 0 ? [] : findGaps(new Set(nights.keys()), entries, range, context);
  const gapOn = new Map(gaps.map((gap) => [gap.date, gap]));
  return {
    year,
    first_year: Number((first ?? today).slice(0, 4)),
    last_year: Number(today.slice(0, 4)),
    days: dates.flatMap((date): CalendarDay[] => {
      const night = nights.get(date);
      const gap = gapOn.get(date);
      if (!night) return gap ? [gap] : [];
      const state = night.settled ? 'stored' : 'provisional';
      return [
        {
          date,
          state,
          score: night.sleep_score,
          revision: night.revision,
          naps: sleepDay(date, night.periods).naps.length,
          vanished_since: night.vanished_since,
        },
      ];
    }),
  };
};
