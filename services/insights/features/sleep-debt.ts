import { median } from 'simple-statistics';

/** The nights that make the debt, and the nights before them that say what the person needs. */
const DEBT_NIGHTS = 7;
const NEED_NIGHTS = 90;
/** With fewer nights than this there is no debt to speak of. */
const FEWEST = { debt: 5, need: 14 };

/** How many days, the day itself included, the debt of a day looks at. */
export const DEBT_DAYS = DEBT_NIGHTS + NEED_NIGHTS;

/**
 * Sleep debt on the morning of a day: how many seconds the last seven nights, that day's included, fell short of what the
 * person usually sleeps, the median of the 90 nights before them. Nights that were longer pay back; negative: slept ahead. A
 * missing night counts as the mean of the others. Null with fewer than 5 of the 7 nights, or 14 of the 90.
 * @param asleep seconds asleep of the days up to that day, the last; what lies more than {@link DEBT_DAYS} back does not count
 */
export const sleepDebt = (asleep: readonly (number | null)[]): number | null => {
  const nights = asleep.slice(-DEBT_NIGHTS).filter((seconds) => seconds !== null);
  const before = asleep.slice(-DEBT_DAYS, -DEBT_NIGHTS).filter((seconds) => seconds !== null);
  if (nights.length < FEWEST.debt || before.length < FEWEST.need) return null;
  const mean = nights.reduce((sum, seconds) => sum + seconds, 0) / nights.length;
  return DEBT_NIGHTS * (median(before) - mean);
};
