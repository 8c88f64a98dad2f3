import { NORMAL_MAD } from './normal.ts';

/** One normal value in 740 is further from the median, so normal values hardly change. */
const REACH = 3.2;

const middleOf = (sorted: Float64Array): number => {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
};

/**
 * Pulls values that are more than 3.2 standard deviations from the median to that distance, so that a mistyped weight has no
 * more influence than an unusual day. The standard deviation is 1.4826 · median absolute deviation, or, if most values are
 * equal, 1.2533 · mean absolute deviation. Unlike ranks, the result keeps the unit.
 */
export const winsorise = (values: Float64Array): Float64Array => {
  const median = middleOf(values.toSorted());
  const distances = values.map((value) => Math.abs(value - median));
  const near = middleOf(distances.toSorted());
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / values.length;
  const reach = REACH * (near > 0 ? NORMAL_MAD * near : Math.sqrt(Math.PI / 2) * mean);
  return values.map((value) => Math.min(median + reach, Math.max(median - reach, value)));
};
