import { hash32, sequenceOf } from '../../../services/ring-simulator/sleeper/noise.ts';

/** Set this variable to repeat a run of the suite. The reporter prints the seed. */
export const SEED_VARIABLE = 'RELIABILITY_SEED';

/** The seed of all random choices. The reporter sets it unless the user did. */
export const SEED = Number(process.env[SEED_VARIABLE] ?? 1);

/** A separate sequence of numbers in [0, 1) for each `name`, independent of the order of the tests. */
export const chanceOf = (name: string): (() => number) => sequenceOf(hash32(SEED, 0, name));

/** A random integer from `from` to `to`, both included. */
export const wholeBetween = (chance: () => number, from: number, to: number): number =>
  from + Math.floor(chance() * (to - from + 1));

/** Shuffles `items`. */
export const shuffled = <T>(items: readonly T[], chance: () => number): T[] =>
  items
    .map((item) => ({ item, rank: chance() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
