import { mean, sampleStandardDeviation } from 'simple-statistics';
import { type CentreAndSpread, centreAndSpread } from '../statistics/robust.ts';

/** With fewer values than these, there is nothing to compare with. */
const FEWEST = { usual: 14, spread: 7 };

const measured = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

/** The mean of the values that are there; null where fewer than `fewest` are. */
export const meanWhere = (values: readonly (number | null)[], fewest: number): number | null => {
  const known = measured(values);
  return known.length < fewest ? null : mean(known);
};

/** Where the values that are there lie and how far they scatter; undefined where fewer than 14 are. */
export const usualIn = (past: readonly (number | null)[]): CentreAndSpread | undefined => {
  const known = measured(past);
  return known.length < FEWEST.usual ? undefined : centreAndSpread(known);
};

/**
 * How far `value` lies from what was usual in `past`: (value - median) / (1.4826 · median absolute deviation), a standard score
 * that outliers do not bend. Null with fewer than 14 values, or where they do not vary.
 */
export const deviationFrom = (value: number, past: readonly (number | null)[]): number | null => {
  const usual = usualIn(past);
  return usual === undefined || usual.spread === 0 ? null : (value - usual.centre) / usual.spread;
};

/** The standard deviation of the values that are there; null where fewer than 7 are. */
export const spreadOf = (values: readonly (number | null)[]): number | null => {
  const known = measured(values);
  return known.length < FEWEST.spread ? null : sampleStandardDeviation(known);
};
