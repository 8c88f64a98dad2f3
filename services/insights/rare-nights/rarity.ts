import { SortedValues } from '../statistics/sorted-values.ts';

/** The tail is fitted to the scores between these shares of the highest. */
const TAIL = { from: 0.2, cut: 0.04 };
/** About half of the index of normal values. Values that hardly vary would make any other one infinitely rare. */
const LEAST_INDEX = 0.05;
/** Simulated scores that stand in for the first nights of a person. See {@link simulatedScore}. */
const SIMULATED = 100;

/**
 * The scores of simulated nights with a heavy tail: a fifth is above 1.25, and one in 100 is above 1.8. Multiples of the golden
 * ratio are spread evenly, so any number of them has the same distribution.
 */
const simulatedScore = (index: number): number => {
  const share = ((index + 0.5) * 0.6180339887498949) % 1;
  return 1.25 * (TAIL.from / share) ** 0.12;
};

/**
 * Determines how rare the score of each night is among the scores of the nights before it, so that any distribution of scores
 * gives the same rate of rare nights. Scores are positive.
 *
 * The highest fifth of the scores is described by a Pareto tail (Weissman 1978, J. Am. Stat. Assoc. 73, 812-815). Its index is
 * the trimmed Hill estimate without the highest 4 % (Bhattacharya, Kallitsis and Stoev 2019, Electron. J. Stat. 13, 1872-1925):
 * up to 15 nights of illness a year do not make the next one usual.
 */
export const createRarity = () => {
  const scores = new SortedValues(2 * SIMULATED);
  let simulated = SIMULATED;
  let count = 0;
  let highest = 0;
  for (let index = 0; index < SIMULATED; index += 1) scores.add(simulatedScore(index));
  return {
    /** Returns in how many nights there is about one with at least this score; 5 if there are more. */
    nightsFor: (score: number): number => {
      const n = scores.length;
      const [from, cut] = [Math.floor(TAIL.from * n), Math.floor(TAIL.cut * n)];
      const least = scores.at(n - 1 - from);
      const excess = (rank: number): number => Math.log(scores.at(n - rank) / least);
      let sum = cut * excess(cut + 1);
      for (let rank = cut + 1; rank <= from; rank += 1) sum += excess(rank);
      const index = Math.max(LEAST_INDEX, sum / (from - cut));
      return (n / from) * Math.max(1, score / least) ** (1 / index);
    },
    /** The scores of the person so far, without the simulated ones. */
    before: (score: number): { readonly count: number; readonly hasHigher: boolean } => ({
      count,
      hasHigher: highest >= score,
    }),
    add: (score: number): void => {
      count += 1;
      highest = Math.max(highest, score);
      scores.add(score);
      if (simulated === 0) return;
      simulated -= 1;
      scores.remove(simulatedScore(simulated));
    },
  };
};
