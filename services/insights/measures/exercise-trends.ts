import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { theilSen, varianceInflation } from '../statistics/theil-sen.ts';
import type { TrainingDay } from '../training/training-day.ts';

/** The strength in one exercise. Kilograms. */
export interface ExerciseTrend {
  readonly exercise: string;
  /** Training days with an estimate, of the last 90. */
  readonly n: number;
  /** The latest estimated one-repetition maximum (Epley 1985, see `estimatedOneRepMax`). */
  readonly latest: { readonly date: Day; readonly estimated_1rm: number };
  /** The highest one; the first if there are several. */
  readonly best: { readonly date: Day; readonly estimated_1rm: number };
  /** Theil-Sen slope of the last 90 days and its 95 % interval, as in Trend. Null with fewer than 8 days. */
  readonly slope_per_day: number | null;
  readonly slope_ci: readonly [number, number] | null;
}

export const EXERCISE_TREND_DAYS = 90;
const FEWEST_DAYS = 8;

const trendOf = (
  exercise: string,
  estimates: readonly { readonly date: Day; readonly estimated_1rm: number }[],
  to: Day,
): ExerciseTrend | undefined => {
  const recent = estimates.filter(({ date }) => daysBetween(date, to) < EXERCISE_TREND_DAYS);
  const latest = recent.at(-1);
  if (latest === undefined) return undefined;
  const best = estimates.reduce((most, one) => (one.estimated_1rm > most.estimated_1rm ? one : most));
  const xs = recent.map(({ date }) => daysBetween(to, date));
  const ys = recent.map(({ estimated_1rm }) => estimated_1rm);
  const slope =
    recent.length < FEWEST_DAYS
      ? undefined
      : theilSen(xs, ys, (per_day) => varianceInflation(xs, ys, per_day));
  return {
    exercise,
    n: recent.length,
    latest,
    best,
    slope_per_day: slope?.slope ?? null,
    slope_ci: slope ? [slope.low, slope.high] : null,
  };
};

/**
 * Describes the exercises of the last 90 days that allow an estimate, the most frequent first.
 * @param training in order of date, up to `to`
 */
export const exerciseTrends = (training: readonly TrainingDay[], to: Day): ExerciseTrend[] => {
  const estimates = training.flatMap(({ date, exercises }) =>
    exercises.flatMap(({ exercise, estimated_1rm }) =>
      estimated_1rm === null ? [] : [{ date, exercise, estimated_1rm }],
    ),
  );
  return [...Map.groupBy(estimates, ({ exercise }) => exercise)]
    .flatMap(
      ([exercise, of]) =>
        trendOf(
          exercise,
          of.map(({ date, estimated_1rm }) => ({ date, estimated_1rm })),
          to,
        ) ?? [],
    )
    .sort((one, other) => other.n - one.n);
};
