import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { abs, floor } = Math;

/** With this many extreme orders, p is known to within about a fifth of itself (1 / √20). */
const FAR_ORDERS = 20;

/** Draws a random integer from 0 to `count` - 1. */
export type Draw = (count: number) => number;

/**
 * Creates a generator; the same seed gives the same draws. Scaling from 32 bits has a bias of at most `count` / 2^32, and
 * pure-rand's unbiased `uniformInt` takes four times as long.
 */
export const drawsFrom = (seed: number): Draw => {
  const random = xoroshiro128plus(seed);
  return (count) => floor(((random.next() >>> 0) / 2 ** 32) * count);
};

/** Sums over x, y, x², y² and xy. */
const SUMS = 5;

/**
 * The sums of the first 0, 1, … 2n pairs on a circle: a block that passes the end continues at the start.
 */
const runningSums = (xs: readonly number[], ys: readonly number[]): Float64Array => {
  const n = xs.length;
  const sums = new Float64Array(SUMS * (2 * n + 1));
  for (let at = 0; at < 2 * n; at += 1) {
    const x = xs[at % n] ?? 0;
    const y = ys[at % n] ?? 0;
    const [last, next] = [SUMS * at, SUMS * (at + 1)];
    sums[next] = (sums[last] ?? 0) + x;
    sums[next + 1] = (sums[last + 1] ?? 0) + y;
    sums[next + 2] = (sums[last + 2] ?? 0) + x * x;
    sums[next + 3] = (sums[last + 3] ?? 0) + y * y;
    sums[next + 4] = (sums[last + 4] ?? 0) + x * y;
  }
  return sums;
};

/** The sums of the block of `length` pairs that starts at each place of the circle. */
const blockSums = (running: Float64Array, n: number, length: number): Float64Array => {
  const sums = new Float64Array(SUMS * n);
  for (let at = 0; at < sums.length; at += 1) {
    sums[at] = (running[at + SUMS * length] ?? 0) - (running[at] ?? 0);
  }
  return sums;
};

/**
 * Computes Pearson's correlations of `count` circular block bootstrap samples (Politis and Romano 1992) of the pairs
 * (xs[i], ys[i]) in time order. Blocks of `length` keep neighbours together, so the spread of the result includes
 * autocorrelation. The sums of every possible block are known before, so a sample takes n / length steps.
 * @returns NaN for a sample in which one side is constant
 */
export const blockBootstrap = (
  xs: readonly number[],
  ys: readonly number[],
  { length, count, draw }: { length: number; count: number; draw: Draw },
): number[] => {
  const n = xs.length;
  const running = runningSums(xs, ys);
  const whole = blockSums(running, n, length);
  const remainder = blockSums(running, n, n % length);
  return Array.from({ length: count }, () => {
    let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
    for (let filled = 0; filled < n; filled += length) {
      const sums = filled + length <= n ? whole : remainder;
      const at = SUMS * draw(n);
      x += sums[at] ?? 0;
      y += sums[at + 1] ?? 0;
      xx += sums[at + 2] ?? 0;
      yy += sums[at + 3] ?? 0;
      xy += sums[at + 4] ?? 0;
    }
    return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  });
};

/** Computes Σ x · y for each block of xs with each block of ys, with the circle of ys cut at `start`. */
const blockProducts = (
  xs: readonly number[],
  ys: readonly number[],
  { length, start }: { length: number; start: number },
) => {
  const n = xs.length;
  const whole = floor(n / length);
  const x = Float64Array.from(xs);
  const y = Float64Array.from([...ys.slice(start), ...ys.slice(0, start)]);
  const against = (xFrom: number, yFrom: number, size: number): number => {
    let sum = 0;
    for (let step = 0; step < size; step += 1) sum += (x[xFrom + step] ?? 0) * (y[yFrom + step] ?? 0);
    return sum;
  };
  const products = new Float64Array(whole * whole);
  for (let one = 0; one < whole; one += 1) {
    for (let other = 0; other < whole; other += 1) {
      products[one * whole + other] = against(one * length, other * length, length);
    }
  }
  // The remainder at the end is shorter than a block and keeps its position.
  return { whole, products, rest: against(whole * length, whole * length, n - whole * length) };
};

/**
 * Computes a two-sided p for the correlation of (xs, ys) by block permutation: cuts the circle of ys at a random position and
 * shuffles blocks of `length` neighbours, which preserves autocorrelation. Stops at the 20th order whose correlation is at least
 * as extreme, because a large p needs no precision (Besag and Clifford 1991, Biometrika 78, 301-304), or after `most` orders.
 * @param xs, ys in time order, each with mean 0
 * @param options `freedom`: degrees of freedom of the detrended values. Shuffled values are no longer detrended and vary like n
 *   values, so the observed correlation is scaled by √(freedom / n) for the comparison
 * @returns p, never 0
 */
export const blockPermutationP = (
  xs: readonly number[],
  ys: readonly number[],
  { length, most, draw, freedom }: { length: number; most: number; draw: Draw; freedom: number },
): number => {
  const n = xs.length;
  // Shuffling keeps mean and spread, so the sum of products can replace the correlation. 1e-9 exceeds the rounding error.
  const products = xs.reduce((sum, x, at) => sum + x * (ys[at] ?? 0), 0);
  const observed = abs(products) * Math.sqrt(freedom / n) * (1 - 1e-9);
  const order = Uint32Array.from({ length: floor(n / length) }, (_, block) => block);
  let cut = blockProducts(xs, ys, { length, start: draw(n) });
  let asFar = 0;
  for (let tried = 1; tried <= most; tried += 1) {
    // Cuts again every n orders. Computing the products of the blocks then takes as long as the shuffling.
    if (tried % n === 0) cut = blockProducts(xs, ys, { length, start: draw(n) });
    const { whole, products, rest } = cut;
    let sum = rest;
    // A Fisher-Yates shuffle from the end, which adds each chosen block at once.
    for (let place = whole - 1; place >= 0; place -= 1) {
      const chosen = draw(place + 1);
      const block = order[chosen] ?? 0;
      order[chosen] = order[place] ?? 0;
      order[place] = block;
      sum += products[place * whole + block] ?? 0;
    }
    if (abs(sum) >= observed) asFar += 1;
    if (asFar === FAR_ORDERS) return asFar / tried;
  }
  return (asFar + 1) / (most + 1);
};
