import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

// Taken once: under jest, each look at a global passes through the test's own context, and there are millions.
const { abs, floor, min } = Math;

/** As many orders as far from 0 as the observed one settle p to about a fifth of itself (1 / √20). */
const FAR_ORDERS = 20;

/** Chance: a whole number from 0 to before `count`. */
export type Draw = (count: number) => number;

/**
 * The same seed gives the same draws. Scaled from 32 bits: a number is off its share by `count` / 2^32 at most, for which
 * pure-rand's own `uniformInt` would take four times as long.
 */
export const drawsFrom = (seed: number): Draw => {
  const random = xoroshiro128plus(seed);
  return (count) => floor(((random.next() >>> 0) / 2 ** 32) * count);
};

/** Sums over x, y, x², y² and xy. */
const SUMS = 5;

/**
 * The sums of the first 0, 1, … 2n pairs on a circle, one after the other: a block that runs over the end goes on at the
 * beginning.
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

/**
 * Pearson's correlations of `count` circular block bootstrap samples (Politis and Romano 1992) of the pairs (xs[i], ys[i]), in
 * time order. Neighbours stay together in blocks of `length`, so that what the values of neighbouring days have in common is in
 * the spread of the result. The sums of a block are looked up, not added: n / length steps a sample.
 * @returns NaN where a side of a sample does not vary
 */
export const blockBootstrap = (
  xs: readonly number[],
  ys: readonly number[],
  { length, count, draw }: { length: number; count: number; draw: Draw },
): number[] => {
  const n = xs.length;
  const sums = runningSums(xs, ys);
  return Array.from({ length: count }, () => {
    let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
    for (let filled = 0; filled < n; filled += length) {
      const from = SUMS * draw(n);
      const to = from + SUMS * min(length, n - filled);
      x += (sums[to] ?? 0) - (sums[from] ?? 0);
      y += (sums[to + 1] ?? 0) - (sums[from + 1] ?? 0);
      xx += (sums[to + 2] ?? 0) - (sums[from + 2] ?? 0);
      yy += (sums[to + 3] ?? 0) - (sums[from + 3] ?? 0);
      xy += (sums[to + 4] ?? 0) - (sums[from + 4] ?? 0);
    }
    return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  });
};

/** Σ x · y of each block of xs against each block of ys, where the circle of the ys is cut at `start`. */
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
  // What is left over at the end is shorter than the others and keeps its place.
  return { whole, products, rest: against(whole * length, whole * length, n - whole * length) };
};

/**
 * How often a correlation at least as far from 0 as that of (xs, ys) comes about where the two have nothing to do with each
 * other: the ys, cut from a circle at a random place, are put in blocks of `length` neighbours in random order against the xs,
 * so that what neighbouring days have in common stays. Two-sided. Besag and Clifford (1991), Biometrika 78, 301-304: ends with
 * the 20th such order, since a p that is not small need not be known well; at the latest after `most` orders.
 * @param xs, ys in time order, each with mean 0
 * @param options `freedom`: how many of the n values are free to vary, where they are what an adjustment left over. In random
 *   order they are no longer adjusted and vary as n do, so the observed correlation is held against them as √(freedom / n) of itself
 * @returns p, never 0
 */
export const blockPermutationP = (
  xs: readonly number[],
  ys: readonly number[],
  { length, most, draw, freedom }: { length: number; most: number; draw: Draw; freedom: number },
): number => {
  const n = xs.length;
  // No order changes mean or spread: the sum of products stands for the correlation. 1e-9 of it is more than adding up loses.
  const products = xs.reduce((sum, x, at) => sum + x * (ys[at] ?? 0), 0);
  const observed = abs(products) * Math.sqrt(freedom / n) * (1 - 1e-9);
  const order = Uint32Array.from({ length: floor(n / length) }, (_, block) => block);
  let cut = blockProducts(xs, ys, { length, start: draw(n) });
  let asFar = 0;
  for (let tried = 1; tried <= most; tried += 1) {
    // Another place every n orders: finding the products of the blocks then takes as long as putting them in order.
    if (tried % n === 0) cut = blockProducts(xs, ys, { length, start: draw(n) });
    const { whole, products, rest } = cut;
    let sum = rest;
    // Fisher and Yates, from the back: the block chosen for `place` is counted at once.
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
