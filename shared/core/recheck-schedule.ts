import { addDays, type Day } from './day.ts';

/**
 * The ages, in days, at which a stored night is read again, because Oura may still revise it: naps confirmed late, records
 * made in the background and rewritten in the foreground (docs/oura-api.md §7.4). After the last one the night is settled.
 */
export const RECHECK_AGES = [1, 2, 3, 7, 14, 30] as const;

/**
 * The day on which the night of `date`, last read on `lastCheckedDay`, is due again: the first of its ages after that day. So
 * a read that comes late stands for the ones it missed. Null where none is left. Days of the user's calendar.
 */
export const nextRecheck = (date: Day, lastCheckedDay: Day): Day | null =>
  RECHECK_AGES.map((age) => addDays(date, age)).find((day) => day > lastCheckedDay) ?? null;

/** Whether the night of `date`, last read on `lastCheckedDay`, is to be read again `today`. */
export const isDue = (date: Day, lastCheckedDay: Day, today: Day): boolean => {
  const next = nextRecheck(date, lastCheckedDay);
  return next !== null && next <= today;
};
