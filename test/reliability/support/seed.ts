import { hash32, sequenceOf } from '../../../services/ring-simulator/sleeper/noise.ts';

/** The variable that repeats a run of the suite: the reporter prints the seed of each. */
export const SEED_VARIABLE = 'RELIABILITY_SEED';

/** What every choice of the suite derives from; set by the reporter where the user has not. */
export const SEED = Number(process.env[SEED_VARIABLE] ?? 1);

/** A sequence of numbers in [0, 1) of its own for each `name`, so that the order of the tests changes none. */
export const chanceOf = (name: string): (() => number) => sequenceOf(hash32(SEED, 0, name));

/** A whole number from `from` to `to`, both included. */
export const wholeBetween = (chance: () => number, from: number, to: number): number =>
  from + Math.floor(chance() * (to - from + 1));

/** `items` in another order. */
export const shuffled = <T>(items: readonly T[], chance: () => number): T[] =>
  items
    .map((item) => ({ item, rank: chance() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
