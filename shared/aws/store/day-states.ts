import type { Day } from '../../core/day.ts';
import { type DayEntry, dayState, isPlain } from '../../core/ledger.ts';
import type { Days } from './days.ts';
import type { SleepTable } from './sleep-table.ts';

/** The tables that the state of a date is in. */
export interface DayTables {
  readonly sleepTable: Pick<SleepTable, 'facts'>;
  readonly days: Pick<Days, 'get'>;
}

/** The states of the dates among `dates` that have one, strongly consistent. */
export const readDayStates = async (
  { sleepTable, days }: DayTables,
  dates: readonly Day[],
): Promise<Map<Day, DayEntry>> => {
  const [nights, entries] = await Promise.all([sleepTable.facts(dates), days.get(dates)]);
  return statesOf(dates, nights, entries);
};

/** The dates that have a stored night, and the states of all dates that have one. */
export interface FoundDates {
  readonly stored: ReadonlySet<Day>;
  readonly states: ReadonlyMap<Day, DayEntry>;
}

/**
 * Finds what a plan depends on, at half a read unit per plainly stored night and one per other date. The reads are eventually
 * consistent: a plan that misses a write of the last second requests a date once too often. The worker then finds its night,
 * because it writes conditionally.
 */
export const findDates = async (
  { sleepTable, days }: DayTables,
  dates: readonly Day[],
): Promise<FoundDates> => {
  const reading = { consistent: false };
  const nights = await sleepTable.facts(dates, reading);
  const others = dates.filter((date) => {
    const night = nights.get(date);
    return night === undefined || !isPlain(night);
  });
  const entries = await days.get(others, reading);
  return { stored: new Set(nights.keys()), states: statesOf(dates, nights, entries) };
};

const statesOf = (
  dates: readonly Day[],
  nights: Awaited<ReturnType<SleepTable['facts']>>,
  entries: ReadonlyMap<Day, DayEntry>,
): Map<Day, DayEntry> =>
  new Map(
    dates.flatMap((date) => {
      const state = dayState(nights.get(date), entries.get(date));
      return state ? [[date, state]] : [];
    }),
  );
