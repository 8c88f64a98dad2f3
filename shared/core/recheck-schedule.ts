import { addDays, type Day } from './day.ts';

/**
 * The ages in days at which a stored night is read again. Oura may still revise it: users confirm naps late, and Oura
 * rewrites background records in the foreground (docs/oura-api.md §7.4). After the last age, the night is settled.
 */
export const RECHECK_AGES = [1, 2, 3, 7, 14, 30] as const;

/**
 * The day on which the night of `date`, last read on `lastCheckedDay`, is due for a re-read: the first age after that
 * day, so that a late read replaces the ones it missed. Null if no re-read remains. Days are in the user's time zone. A
 * night that was read before its date began there is due on the date itself: it may have been a late nap of the evening
 * before, which belongs to the next day.
 */
export const nextRecheck = (date: Day, lastCheckedDay: Day): Day | null =>
  [0, ...RECHECK_AGES].map((age) => addDays(date, age)).find((day) => day > lastCheckedDay) ?? null;

/** Whether the night of `date`, last read on `lastCheckedDay`, is due for a re-read `today`. */
export const isDue = (date: Day, lastCheckedDay: Day, today: Day): boolean => {
  const next = nextRecheck(date, lastCheckedDay);
  return next !== null && next <= today;
};
