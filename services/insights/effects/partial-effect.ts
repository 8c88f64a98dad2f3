import { studentP } from '../statistics/student.ts';

/** A slope through the origin and its uncertainty. */
export interface Relation {
  /** Change of y per unit of x, and its standard error. */
  readonly slope: number;
  readonly error: number;
  readonly rho: number;
  readonly t: number;
  readonly p: number;
}

/** What the error of a slope depends on besides the sums. */
export interface Certainty {
  /** Degrees of freedom. */
  readonly freedom: number;
  /** By how much the variance of the slope exceeds the usual one. */
  readonly inflation: number;
}

/** The residuals of two measures after a regression on the controls, and their relation (Frisch and Waugh 1933). */
export interface PartialEffect extends Relation, Certainty {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** All that a {@link Relation} needs. The sums of some sessions are the sums of all without those of the others. */
export interface Sums {
  readonly n: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
  /** Σ x⁴, x³ y and x² y², for White's error. */
  readonly xxxx: number;
  readonly xxxy: number;
  readonly xxyy: number;
}

export const sumsOf = (x: Float64Array, y: Float64Array, places: Iterable<number> = x.keys()): Sums => {
  let [n, xx, xy, yy, xxxx, xxxy, xxyy] = [0, 0, 0, 0, 0, 0, 0];
  for (const at of places) {
    const [one, other] = [x[at] ?? 0, y[at] ?? 0];
    n += 1;
    xx += one * one;
    xy += one * other;
    yy += other * other;
    xxxx += one ** 4;
    xxxy += one ** 3 * other;
    xxyy += (one * other) ** 2;
  }
  return { n, xx, xy, yy, xxxx, xxxy, xxyy };
};

/** The sums of all sessions without some of them. */
export const without = (all: Sums, some: Sums): Sums => ({
  n: all.n - some.n,
  xx: all.xx - some.xx,
  xy: all.xy - some.xy,
  yy: all.yy - some.yy,
  xxxx: all.xxxx - some.xxxx,
  xxxy: all.xxxy - some.xxxy,
  xxyy: all.xxyy - some.xxyy,
});

/**
 * The relation of two residuals. The standard error is the larger of the usual one and White's (1980, HC1), which also holds if
 * the spread of y depends on x.
 */
export const relationOf = (
  { n, xx, xy, yy, xxxx, xxxy, xxyy }: Sums,
  { freedom, inflation }: Certainty,
): Relation => {
  const slope = xy / xx;
  const usual = (xx * (yy - slope * xy)) / freedom;
  const white = ((xxyy - 2 * slope * xxxy + slope ** 2 * xxxx) * n) / freedom;
  // A perfect relation has no error, but it needs a t.
  const error = Math.sqrt(inflation * Math.max(usual, white, 1e-12 * xx * yy)) / xx;
  const t = slope / error;
  return { slope, error, rho: xy / Math.sqrt(xx * yy), t, p: studentP(t, freedom) };
};

export const relate = (
  x: Float64Array,
  y: Float64Array,
  { freedom, inflation }: Certainty,
): PartialEffect => ({
  ...{ x, y, freedom, inflation },
  ...relationOf(sumsOf(x, y), { freedom, inflation }),
});
