/** A band of sleep scores. */
interface ScoreLevel {
  /** From 1, the worst: the number of its colour, `--score-1`. */
  readonly level: number;
  readonly least: number;
  readonly most: number;
  readonly name: string;
}

const HIGHEST = 100;

/**
 * Oura's own bands, the best first, as its app names them.
 * @see https://support.ouraring.com/hc/en-us/articles/360025445574-Sleep-Score
 */
export const SCORE_LEVELS: readonly ScoreLevel[] = (
  [
    [85, 'optimal'],
    [70, 'good'],
    [60, 'fair'],
    [0, 'pay attention'],
  ] as const
).map(([least, name], at, all) => ({
  ...{ least, name },
  level: all.length - at,
  most: (all[at - 1]?.[0] ?? HIGHEST + 1) - 1,
}));

/** The level of a score from 0 to 100. */
export const levelOf = (score: number): number =>
  SCORE_LEVELS.find(({ least }) => score >= least)?.level ?? 1;
