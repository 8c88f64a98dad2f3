import { NORMAL_95 } from './normal.ts';
import { midRanks } from './ranks.ts';

/** A robust line through points: the median of the slopes between all pairs of them, and its confidence interval. */
export interface Slope {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** How far back nights are taken to depend on each other when the interval is widened for it. */
const MOST_LAGS = 10;

/** Σ t(t-1)(2t+5) over groups of t equal values: what ties take from the variance of Kendall's S. */
const tieTerm = (values: readonly number[]): number => {
  const groups = new Map<number, number>();
  for (const value of values) groups.set(value, (groups.get(value) ?? 0) + 1);
  return [...groups.values()].reduce((sum, size) => sum + size * (size - 1) * (2 * size + 5), 0);
};

/** Autocorrelations of the ranks of what the slope leaves over, at the lags 1, 2, …; empty where nothing varies. */
export const autocorrelations = (xs: readonly number[], ys: readonly number[], slope: number): number[] => {
  const n = ys.length;
  const centre = (n + 1) / 2;
  const ranks = midRanks(ys.map((y, index) => y - slope * (xs[index] ?? 0))).map((rank) => rank - centre);
  const products = (lag: number): number => {
    let sum = 0;
    for (let at = lag; at < n; at += 1) sum += (ranks[at] ?? 0) * (ranks[at - lag] ?? 0);
    return sum;
  };
  const spread = products(0);
  if (spread === 0) return [];
  return Array.from({ length: Math.min(MOST_LAGS, n - 3) }, (_, index) => products(index + 1) / spread);
};

/**
 * By what factor autocorrelation raises the variance of Kendall's S: Hamed and Rao (1998), J. Hydrology 204, 182-196, with the
 * lags that are significant at 5 %.
 * @param correlations at the lags 1, 2, …
 */
export const hamedRao = (correlations: readonly number[], n: number): number => {
  const significant = NORMAL_95 / Math.sqrt(n);
  const sum = correlations
    .map((correlation, index) => ({ correlation, left: n - index - 1 }))
    .filter(({ correlation }) => Math.abs(correlation) > significant)
    .reduce((total, { correlation, left }) => total + left * (left - 1) * (left - 2) * correlation, 0);
  return 1 + (2 * sum) / (n * (n - 1) * (n - 2));
};

/** The same where each value resembles the one before it by `memory` and nothing else: long-run over plain variance. */
const firstOrder = (memory: number): number => (1 + memory) / (1 - memory);

/** A series that remembers longer than this cannot be told from a trend in a few months. */
const LONGEST_MEMORY = 0.95;

/**
 * By what factor autocorrelation raises the variance of Kendall's S for points with this slope: the larger of {@link hamedRao},
 * which follows any pattern but finds too little of it in some months of nights, and of a first-order autoregression whose
 * memory is corrected for what estimating mean and slope takes from it, (2 + 4 r) / n (Kendall 1954, Biometrika 41, 403-404). By
 * simulation, 90 nights with a memory of 0.6: the 95 % interval holds the truth in 93 %, with Hamed and Rao alone in 85 %,
 * without either in 65 %. Never below 1: negative autocorrelation would narrow the interval, on little evidence.
 */
export const varianceInflation = (xs: readonly number[], ys: readonly number[], slope: number): number => {
  const n = ys.length;
  const correlations = autocorrelations(xs, ys, slope);
  const [first = 0] = correlations;
  const memory = first <= 0 ? 0 : Math.min(LONGEST_MEMORY, first + (2 + 4 * first) / n);
  return Math.max(1, hamedRao(correlations, n), firstOrder(memory));
};

/**
 * Theil-Sen slope of `ys` over `xs` with its 95 % confidence interval after Sen (1968), (2.6), as in SciPy's `theilslopes`; no
 * JavaScript library has it. All pairs are compared: n(n-1)/2 of them, so keep n below about a thousand.
 * @param inflation variance of Kendall's S relative to independent values, see {@link varianceInflation}
 * @returns undefined where fewer than two xs differ
 */
export const theilSen = (
  xs: readonly number[],
  ys: readonly number[],
  inflation: (slope: number) => number = () => 1,
): Slope | undefined => {
  const n = xs.length;
  const pairs = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let one = 0; one < n; one += 1) {
    for (let other = one + 1; other < n; other += 1) {
      const run = (xs[other] ?? 0) - (xs[one] ?? 0);
      if (run === 0) continue;
      pairs[count] = ((ys[other] ?? 0) - (ys[one] ?? 0)) / run;
      count += 1;
    }
  }
  if (count === 0) return undefined;
  const slopes = pairs.subarray(0, count).sort();
  const slope = ((slopes[(count - 1) >> 1] ?? 0) + (slopes[count >> 1] ?? 0)) / 2;
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm(xs) - tieTerm(ys)) / 18;
  const spread = NORMAL_95 * Math.sqrt(variance * inflation(slope));
  const at = (index: number): number => slopes[Math.min(Math.max(index, 0), count - 1)] ?? slope;
  return {
    slope,
    low: at(Math.round((count - spread) / 2) - 1),
    high: at(Math.round((count + spread) / 2)),
  };
};
