import { dot } from '../statistics/orthonormal.ts';
import { studentP } from '../statistics/student.ts';

/** The residuals of two measures after a regression on the controls, and their relation (Frisch and Waugh 1933). */
export interface PartialEffect {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly freedom: number;
  /** Change of y per unit of x, and its standard error. */
  readonly slope: number;
  readonly error: number;
  readonly rho: number;
  readonly t: number;
  readonly p: number;
}

/** Σ x² e² · n / freedom: the variance of Σ x e if its terms differ in spread (White 1980, HC1). */
const unequalSpread = (x: Float64Array, errors: Float64Array, freedom: number): number => {
  let sum = 0;
  for (let at = 0; at < x.length; at += 1) sum += ((x[at] ?? 0) * (errors[at] ?? 0)) ** 2;
  return (sum * x.length) / freedom;
};

/**
 * The relation of two residuals. The standard error is the larger of the usual one and White's, which also holds if the spread
 * of y depends on x.
 */
export const relate = (x: Float64Array, y: Float64Array, freedom: number): PartialEffect => {
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
  const slope = xy / xx;
  const errors = y.map((value, at) => value - slope * (x[at] ?? 0));
  const rest = dot(errors, errors);
  const variance = Math.max((xx * rest) / freedom, unequalSpread(x, errors, freedom));
  // A perfect relation has no error, but it needs a t.
  const error = Math.sqrt(Math.max(variance, 1e-12 * xx * yy)) / xx;
  const t = slope / error;
  return { x, y, freedom, slope, error, rho: xy / Math.sqrt(xx * yy), t, p: studentP(t, freedom) };
};
