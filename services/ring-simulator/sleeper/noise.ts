/**
 * Random values as a pure function of (seed, day number, name). Days can be generated in any order without generator
 * state, so ten years need no memory.
 */
export interface Dice {
  /** Uniform in [0, 1). */
  uniform(name: string): number;
  /** Mean 0, standard deviation 1, independent from day to day, always within ±3.5. */
  normal(name: string): number;
  /** Like `normal`, but autocorrelated: about 0.6 from one day to the next. */
  drifting(name: string): number;
  /** Like `normal`, but changes slowly over about `days` days: a season, a training block, a cold. */
  slow(name: string, days: number): number;
  /** Whether an event with this probability happens on this day. */
  happens(name: string, probability: number): boolean;
}

// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { cos, floor, imul, PI, sqrt } = Math;

/** The 32-bit finalizer of MurmurHash3: every input bit changes about half of the output bits. */
const mix = (word: number): number => {
  let hash = word | 0;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
};

const namedWords = new Map<string, number>();

/** FNV-1a of `name`. Cached because the names are few and constant. */
const wordOf = (name: string): number => {
  const known = namedWords.get(name);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = imul(hash ^ name.charCodeAt(at), 0x01000193);
  namedWords.set(name, hash);
  return hash;
};

/** Hashes a seed, a day number and a constant name to 32 unsigned bits. */
export const hash32 = (seed: number, dayNumber: number, name: string): number =>
  mix(mix(mix(seed) + imul(dayNumber, 0x9e3779b1)) ^ wordOf(name)) >>> 0;

const uniform = (seed: number, dayNumber: number, name: string): number =>
  hash32(seed, dayNumber, name) / 2 ** 32;

const ROOT_OF_3 = sqrt(3);

/** Irwin-Hall with four terms. Its variance is 4/12, so the factor is sqrt(3). */
const normal = (seed: number, dayNumber: number, name: string): number => {
  const first = hash32(seed, dayNumber, name);
  const second = mix(first ^ 0x5bd1e995) >>> 0;
  const third = mix(second ^ 0x5bd1e995) >>> 0;
  const fourth = mix(third ^ 0x5bd1e995) >>> 0;
  return ((first + second + third + fourth) / 2 ** 32 - 2) * ROOT_OF_3;
};

const MEMORY = 0.6;
const MEMORY_DAYS = 7;
/** Scales the weights 1, 0.6, 0.36, … to unit variance. The autoregression is cut off at 7 days because 0.6^7 < 3 %. */
const DRIFT_SCALE = sqrt((1 - MEMORY ** 2) / (1 - MEMORY ** (2 * MEMORY_DAYS)));

/** The dice of one day. `dayNumber` counts days since 1970-01-01. */
export const diceOf = (seed: number, dayNumber: number): Dice => ({
  uniform: (name) => uniform(seed, dayNumber, name),
  normal: (name) => normal(seed, dayNumber, name),
  drifting: (name) => {
    let sum = 0;
    for (let back = MEMORY_DAYS - 1; back >= 0; back -= 1)
      sum = sum * MEMORY + normal(seed, dayNumber - back, name);
    return sum * DRIFT_SCALE;
  },
  slow: (name, days) => {
    const knot = floor(dayNumber / days);
    const blend = (1 - cos((PI * (dayNumber - knot * days)) / days)) / 2;
    return normal(seed, knot, name) * (1 - blend) + normal(seed, knot + 1, name) * blend;
  },
  happens: (name, probability) => uniform(seed, dayNumber, name) < probability,
});

/** Creates a sequence of random numbers in [0, 1) from a start value, for the series within a night. */
export const sequenceOf = (start: number): (() => number) => {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
};

const hex = (word: number, digits: number): string =>
  (word >>> 0)
    .toString(16)
    .padStart(8, '0')
    .slice(8 - digits);

/**
 * Creates the id of a record in UUID form. The first group is the day number, masked by the seed: finding a document by
 * its id then needs no search through ten years.
 */
export const recordId = (seed: number, dayNumber: number, name: string): string => {
  const word = (part: string) => hash32(seed, dayNumber, `${name}/${part}`);
  return `${hex(dayNumber ^ mix(seed), 8)}-${hex(word('a'), 4)}-4${hex(word('b'), 3)}-8${hex(word('c'), 3)}-${hex(word('d'), 8)}${hex(word('e'), 4)}`;
};

/** Extracts the day number from an id of {@link recordId}; NaN if it is not one. */
export const dayNumberIn = (seed: number, id: string): number =>
  /^[0-9a-f]{8}-/.test(id) ? (Number.parseInt(id.slice(0, 8), 16) | 0) ^ mix(seed) : Number.NaN;
