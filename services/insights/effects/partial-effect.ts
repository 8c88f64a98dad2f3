import { dot, isNew } from '../statistics/orthonormal.ts';
import { studentP } from '../statistics/student.ts';
import type { Adjustment } from './controls.ts';

/** Fewer degrees of freedom say nothing. */
export const LEAST_FREEDOM = 10;
/** The residuals of two measures after a regression on the controls, and their relation. */
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

/** The residuals of a measure after a regression on the controls; `undefined` if only rounding errors remain. */
export const residualsOf = (values: Float64Array, adjustment: Adjustment): Float64Array | undefined => {
  const rest = values.slice();
  adjustment.remove(rest);
  return isNew(rest, values) ? rest : undefined;
};

/**
 * Regresses `y` on `x` and the controls, by their residuals (Frisch and Waugh 1933). `undefined` with fewer than
 * {@link LEAST_FREEDOM} degrees of freedom, or if the controls explain one side.
 */
export const partialEffect = (
  x: Float64Array,
  y: Float64Array,
  adjustment: Adjustment,
): PartialEffect | undefined => {
  const freedom = x.length - adjustment.rank - 1;
  if (freedom < LEAST_FREEDOM) return undefined;
  const [restOfX, restOfY] = [residualsOf(x, adjustment), residualsOf(y, adjustment)];
  return restOfX && restOfY && relate(restOfX, restOfY, freedom);
};
