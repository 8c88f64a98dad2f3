import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws a random integer from 0 to `count` - 1. */
export type Draw = (count: number) => number;

/** Creates a generator; the same seed gives the same draws. Scaling from 32 bits has a bias of at most `count` / 2^32. */
export const drawsFrom = (seed: number): Draw => {
  const random = xoroshiro128plus(seed);
  return (count) => Math.floor(((random.next() >>> 0) / 2 ** 32) * count);
};
