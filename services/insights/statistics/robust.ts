import { NORMAL_MAD } from './normal.ts';

/** Robust location and scale. */
export interface CentreAndSpread {
  /** Median. */
  readonly centre: number;
  /** 1.4826 · median absolute deviation: the standard deviation of normal values. */
  readonly spread: number;
}

/**
 * Computes centre and spread of `values`, which must not be empty. Ten years of nights need 200,000 calls. Sorting a typed
 * array is three times as fast as the selection in simple-statistics, and the sorted values give the sorted distances for free.
 */
export const centreAndSpread = (values: readonly number[]): CentreAndSpread => {
  const sorted = new Float64Array(values).sort();
  const { length } = sorted;
  const half = length >> 1;
  const at = (place: number): number => sorted[place] ?? Number.NaN;
  const centre = length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;

  // Walks outwards from the centre, nearer side first, to the median of the distances.
  let [below, above] = [half - 1, half];
  let [before, distance] = [0, 0];
  for (let place = 0; place <= half; place += 1) {
    before = distance;
    const left = below < 0 ? Number.POSITIVE_INFINITY : centre - at(below);
    const right = above >= length ? Number.POSITIVE_INFINITY : at(above) - centre;
    distance = Math.min(left, right);
    if (left < right) below -= 1;
    else above += 1;
  }
  return { centre, spread: NORMAL_MAD * (length % 2 === 1 ? distance : (before + distance) / 2) };
};
