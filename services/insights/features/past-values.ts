import { mean, sampleStandardDeviation } from 'simple-statistics';
import { type CentreAndSpread, centreAndSpread } from '../statistics/robust.ts';
import { SortedValues } from '../statistics/sorted-values.ts';

/** The minimum numbers of values. */
const FEWEST = { usual: 14, spread: 7 };

/** The known values. */
export const measured = (values: readonly (number | null)[]): number[] =>
  values.filter((value) => value !== null);

/** The mean of the known values; null if there are fewer than `fewest`. */
export const meanWhere = (values: readonly (number | null)[], fewest: number): number | null => {
  const known = measured(values);
  return known.length < fewest ? null : mean(known);
};

const usualOf = (past: SortedValues): CentreAndSpread | undefined =>
  past.length < FEWEST.usual ? undefined : centreAndSpread(past);

/** The centre and spread of the known values; `undefined` if there are fewer than 14. */
export const usualIn = (past: readonly (number | null)[]): CentreAndSpread | undefined =>
  usualOf(SortedValues.of(measured(past)));

/**
 * The robust standard score of `value` against `past`: (value - median) / (1.4826 · median absolute deviation). Null if there
 * are fewer than 14 known values or they do not vary.
 */
export const deviationFrom = (value: number, past: SortedValues): number | null => {
  const usual = usualOf(past);
  return usual === undefined || usual.spread === 0 ? null : (value - usual.centre) / usual.spread;
};

/** The standard deviation of the known values; null if there are fewer than 7. */
export const spreadOf = (values: readonly (number | null)[]): number | null => {
  const known = measured(values);
  return known.length < FEWEST.spread ? null : sampleStandardDeviation(known);
};
