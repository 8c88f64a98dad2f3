// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { cbrt, max, min, sqrt } = Math;

/** Deviations beyond this many spreads do not count more for the correlations. */
const MOST_FOR_CORRELATION = 3;
/** The correlations come from this many nights before a night. */
const CORRELATION_NIGHTS = 365;
/** By simulation, most illnesses are found with 0.35 to 0.5. */
const LEAST_SHRINKAGE = 0.35;

/** How unusual the values of a night are together. */
export interface JointScore {
  /** 1 is an average night. As large as the mean deviation per metric if {@link REFERENCE_METRICS} are known. */
  readonly score: number;
  /** The deviation towards the pattern as a normal deviate; 0 if no metric of the pattern is known. */
  readonly towards: number;
}

/** The number of metrics for which a score is a mean deviation. */
const REFERENCE_METRICS = 15;

/** Solves lower · x = values for a lower triangular matrix. */
const forward = (lower: readonly Float64Array[], values: readonly number[]): number[] => {
  const solved: number[] = [];
  for (const [row, entries] of lower.entries()) {
    let rest = values[row] ?? 0;
    for (let column = 0; column < row; column += 1) rest -= (entries[column] ?? 0) * (solved[column] ?? 0);
    solved.push(rest / (entries[row] ?? 1));
  }
  return solved;
};

/** The Cholesky factor of a positive definite matrix. */
const cholesky = (size: number, entry: (row: number, column: number) => number): Float64Array[] => {
  const lower = Array.from({ length: size }, (_, row) => new Float64Array(row + 1));
  for (const [row, entries] of lower.entries()) {
    for (const [column, above] of lower.slice(0, row + 1).entries()) {
      let rest = entry(row, column);
      for (let at = 0; at < column; at += 1) rest -= (entries[at] ?? 0) * (above[at] ?? 0);
      entries[column] = column === row ? sqrt(rest) : rest / (above[column] ?? 1);
    }
  }
  return lower;
};

const dot = (ones: readonly number[], others: readonly number[]): number =>
  ones.reduce((sum, one, at) => sum + one * (others[at] ?? 0), 0);

/** Wilson and Hilferty (1931): converts a mean of the squares of `count` normal deviates to one normal deviate. */
const deviateOf = (meanSquare: number, count: number): number => {
  const variance = 2 / (9 * count);
  return (cbrt(meanSquare) - (1 - variance)) / sqrt(variance);
};

/** The reverse, as the root of the mean square. The least is a night without any deviation. */
const rootMeanSquareOf = (deviate: number, count: number): number => {
  const variance = 2 / (9 * count);
  return max(0.1, 1 - variance + deviate * sqrt(variance)) ** 1.5;
};

/**
 * Scores one night after another by its deviations from the usual, each in spreads. Metrics that usually move together count
 * less together than apart: the squared Mahalanobis distance, with correlations over the nights before it. The correlations of
 * n nights of m metrics are shrunk towards 0 by m / (n + m), at least 0.35: bedtimes and
 * durations are nearly dependent, and autocorrelated nights count less than they are.
 *
 * The score is the larger one of two: the distance in any direction, and the deviation in the direction of `pattern`, which is
 * the likelihood ratio against that pattern. A moderate deviation of all of the pattern's metrics is rarer than the distance says.
 * @param pattern +1 for metrics that rise in the pattern, -1 for those that fall, otherwise 0
 */
export const createJointScore = (pattern: readonly number[]) => {
  const size = pattern.length;
  const products = new Float64Array(size * size);
  const nights: Float64Array[] = [];
  const count = (values: Float64Array, sign: 1 | -1): void => {
    for (let row = 0; row < size; row += 1) {
      const value = sign * (values[row] ?? 0);
      if (value === 0) continue;
      for (let column = 0; column <= row; column += 1) {
        const at = row * size + column;
        products[at] = (products[at] ?? 0) + value * (values[column] ?? 0);
      }
    }
  };
  const product = (row: number, column: number): number => products[row * size + column] ?? 0;
  const correlation = (row: number, column: number): number => {
    if (row === column) return 1;
    const known = product(row, row) * product(column, column);
    if (known === 0) return 0;
    const n = min(nights.length, CORRELATION_NIGHTS);
    const shrinkage = max(LEAST_SHRINKAGE, size / (n + size));
    return ((1 - shrinkage) * product(row, column)) / sqrt(known);
  };

  return {
    /** Returns `undefined` if nothing is known of the night. @param deviations null if unknown, in the order of `pattern` */
    score: (deviations: readonly (number | null)[]): JointScore | undefined => {
      const known = deviations.flatMap((deviation, at) => (deviation === null ? [] : [{ at, deviation }]));
      if (known.length === 0) return undefined;
      const at = known.map((each) => each.at);
      const lower = cholesky(known.length, (row, column) => correlation(at[row] ?? 0, at[column] ?? 0));
      const apart = forward(
        lower,
        known.map(({ deviation }) => deviation),
      );
      const direction = forward(
        lower,
        known.map((each) => pattern[each.at] ?? 0),
      );
      const length = sqrt(dot(direction, direction));
      const anyDirection = deviateOf(dot(apart, apart) / known.length, known.length);
      const towards = length === 0 ? 0 : dot(apart, direction) / length;
      const deviate = length === 0 ? anyDirection : max(anyDirection, towards);
      return { score: rootMeanSquareOf(deviate, REFERENCE_METRICS), towards };
    },
    /** Adds the night to those that the correlations of later nights come from. */
    add: (deviations: readonly (number | null)[]): void => {
      const clipped = Float64Array.from(deviations, (deviation) =>
        max(-MOST_FOR_CORRELATION, min(MOST_FOR_CORRELATION, deviation ?? 0)),
      );
      count(clipped, 1);
      nights.push(clipped);
      const left =
        nights.length > CORRELATION_NIGHTS ? nights[nights.length - CORRELATION_NIGHTS - 1] : undefined;
      if (left) count(left, -1);
    },
  };
};
