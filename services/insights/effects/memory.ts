import { dot, dotWithLag } from '../statistics/orthonormal.ts';
import type { Removal } from './controls.ts';

/** Autocorrelations at the lags 1, 2, …, in sessions. What follows weights them with powers of the memory, so the rest is small. */
type Autocorrelations = readonly number[];

const LAGS = [1, 2, 3, 4, 5, 6] as const;

const autocorrelationsOf = (values: Float64Array): Autocorrelations => {
  const all = dot(values, values);
  return LAGS.map((lag) => dotWithLag(values, lag) / all);
};

/** Those that a regression on the controls gives to independent values: removing slow variation uses neighbours on both sides. */
const ofResiduals = (removal: Removal, sessions: number): Autocorrelations =>
  LAGS.map((lag) => -removal.overlap(lag) / (sessions - removal.rank));

/**
 * How a series x with such autocorrelations meets the previous values of y, an autoregression with the coefficient `memory` and
 * innovations of variance 1: the covariance of Σ x[i] y[i - 1] with Σ x[i] e[i], and its variance, both per Σ x².
 */
const meeting = (
  autocorrelations: Autocorrelations,
  memory: number,
): { covariance: number; variance: number } => {
  const covariance = autocorrelations.reduce((sum, value, lag) => sum + memory ** lag * value, 0);
  // Of a few lags and a memory that is too large, the variance could be smaller than the correlation allows, or negative.
  const variance = Math.max((1 + 2 * memory * covariance) / (1 - memory ** 2), 2 * covariance ** 2);
  return { covariance, variance };
};

/** By how much the regression misses the memory of y (Nickell 1981, Econometrica 49, 1417-1426). */
const biasOf = (residuals: Autocorrelations, memory: number): number => {
  const { covariance, variance } = meeting(residuals, memory);
  return covariance / variance;
};

/** Above it, the residuals hardly differ, because the slow variation is removed. */
const MOST_MEMORY = 0.7;
const STEPS = 20;

/** The memory of a measure, from session to session, that its residuals show. At least 0. */
export const memoryOf = (rest: Float64Array, removal: Removal): number => {
  const residuals = ofResiduals(removal, rest.length);
  const [shown = 0] = autocorrelationsOf(rest);
  let [low, high] = [0, MOST_MEMORY];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (middle + biasOf(residuals, middle) < shown) low = middle;
    else high = middle;
  }
  return low;
};

/** The variance of the slow part of a measure with such residuals and memory, if nothing but its memory causes it. */
export const slowVariance = (rest: Float64Array, removal: Removal, memory: number): number => {
  const residual = dot(rest, rest) / (rest.length - removal.rank);
  // Memory moves variance from the residuals to the slow part.
  const whole = residual / (1 + 2 * memory * meeting(ofResiduals(removal, rest.length), memory).covariance);
  return whole - (residual * (rest.length - removal.rank)) / rest.length;
};

/** What the previous y, as a control, does to a slope. */
export interface Echo {
  /** The share of the true slope that remains. */
  readonly kept: number;
  /** The variance of the slope, as a multiple of the usual one; at least 1. */
  readonly inflation: number;
}

/**
 * The residuals of y follow the previous ones because the slow variation is removed, and the regression takes that for an effect
 * of the previous session: it misses the memory m of y by a bias b, known from the controls.
 * - That control explains b² of the effect of x, for m = 0.
 * - The slope is Σ x[i] (e[i] - b y[i - 1]) / Σ x². Its variance depends on the autocorrelations of x. The usual one is right if
 *   they are those of residuals of independent values. They are not if x has a memory, or its own previous value as a control.
 * @param x residuals
 * @param memory m
 * @param share of the sessions that have the previous y as a control
 */
export const echoOf = (x: Float64Array, removal: Removal, memory: number, share: number): Echo => {
  const residuals = ofResiduals(removal, x.length);
  const bias = biasOf(residuals, memory);
  const factor = (autocorrelations: Autocorrelations): number => {
    const { covariance, variance } = meeting(autocorrelations, memory);
    return 1 + share * (bias ** 2 * variance - 2 * bias * covariance);
  };
  return {
    kept: 1 - (share * (residuals[0] ?? 0)) ** 2,
    inflation: Math.max(1, factor(autocorrelationsOf(x)) / factor(residuals)),
  };
};
