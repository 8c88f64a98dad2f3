import { median } from 'simple-statistics';

/** The nights that build up the debt, and the nights before them that define the person's need. */
const DEBT_NIGHTS = 7;
const NEED_NIGHTS = 90;
/** With fewer known nights the debt is null. */
const FEWEST = { debt: 5, need: 14 };

/** The number of days that the debt depends on, including the day itself. */
export const DEBT_DAYS = DEBT_NIGHTS + NEED_NIGHTS;

/**
 * Computes the sleep debt on the morning of a day: by how many seconds the last seven nights, including that day's, fell short
 * of the person's need. The need is the median of the 90 nights before them. Longer nights reduce the debt, also below 0. A
 * missing night counts as the mean of the others. Null with fewer than 5 of the 7 nights, or 14 of the 90.
 * @param asleep seconds asleep of the days up to that day, the last one. Only the last {@link DEBT_DAYS} count.
 */
export const sleepDebt = (asleep: readonly (number | null)[]): number | null => {
  const nights = asleep.slice(-DEBT_NIGHTS).filter((seconds) => seconds !== null);
  const before = asleep.slice(-DEBT_DAYS, -DEBT_NIGHTS).filter((seconds) => seconds !== null);
  if (nights.length < FEWEST.debt || before.length < FEWEST.need) return null;
  const mean = nights.reduce((sum, seconds) => sum + seconds, 0) / nights.length;
  return DEBT_NIGHTS * (median(before) - mean);
};
