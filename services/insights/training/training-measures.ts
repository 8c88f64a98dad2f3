import { mean } from 'simple-statistics';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { POUNDS_PER_KILOGRAM, type WorkoutSet } from '../../../shared/core/workout-set.ts';
import { repetitionsOf } from './repetitions.ts';
import { expectedBy, type Session } from './strength-trend.ts';
import type { TrainingDay } from './training-day.ts';

/** Above this, formulas for the one-repetition maximum are unreliable. It is also GainsIQ's maximum. */
const MOST_REPS_FOR_ESTIMATE = 15;

/** The weight of a set in kilograms, to the gram. */
export const kilogramsOf = ({ weight }: WorkoutSet): number =>
  Math.round((weight / POUNDS_PER_KILOGRAM) * 1000) / 1000;

/**
 * Weight · repetitions of one set in kilograms. 0 with body weight only, which is unknown, and with unknown repetitions
 * (`AMRAP`). For an open end (`16 or above`) the given number counts.
 */
export const volumeLoadOf = (set: WorkoutSet): number =>
  kilogramsOf(set) * (repetitionsOf(set.reps).count ?? 0);

/**
 * The estimated one-repetition maximum of a set in kilograms: weight · (1 + repetitions / 30) after Epley (1985), or the weight
 * itself for a single. Null with body weight only, with more than 15 repetitions, and with an open end.
 */
export const estimatedOneRepMax = (set: WorkoutSet): number | null => {
  const { count, orMore } = repetitionsOf(set.reps);
  if (set.weight === 0 || count === null || orMore || count < 1 || count > MOST_REPS_FOR_ESTIMATE)
    return null;
  return kilogramsOf(set) * (count === 1 ? 1 : 1 + count / 30);
};

/** GainsIQ ignores case and surrounding blanks in exercise names. */
const exerciseOf = ({ exercise }: WorkoutSet): string => exercise.trim().toLowerCase();

/** The best estimate of each exercise among `sets`, kilograms. */
const bestOf = (sets: readonly WorkoutSet[]): Map<string, number> => {
  const best = new Map<string, number>();
  for (const set of sets) {
    const estimate = estimatedOneRepMax(set);
    const name = exerciseOf(set);
    if (estimate !== null && estimate > (best.get(name) ?? 0)) best.set(name, estimate);
  }
  return best;
};

/**
 * Computes the training of each day with a set, in order of date. A set belongs to the day in `timeZone` on which it was logged.
 * The change of strength depends only on that day and earlier ones.
 */
export const trainingDays = (sets: readonly WorkoutSet[], timeZone: string): TrainingDay[] => {
  const dated = Map.groupBy(sets, ({ timestamp }) => dayIn(timeZone, timestamp * 1000));
  const sessions = new Map<string, Session[]>();
  return [...dated]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([date, logged]) => ({
      date,
      volume_load: Math.round(logged.reduce((sum, set) => sum + volumeLoadOf(set), 0) * 10) / 10,
      sets: logged.length,
      estimated_1rm_change: changeOn(date, bestOf(logged), sessions),
    }));
};

/** Computes the mean relative deviation from the trends in `sessions`, then adds the day to them. */
const changeOn = (
  date: Day,
  best: ReadonlyMap<string, number>,
  sessions: Map<string, Session[]>,
): number | null => {
  const changes: number[] = [];
  for (const [exercise, estimate] of best) {
    const earlier = sessions.get(exercise) ?? [];
    const expected = expectedBy(earlier, date);
    if (expected !== null) changes.push(estimate / expected - 1);
    earlier.push({ date, estimate });
    sessions.set(exercise, earlier);
  }
  return changes.length === 0 ? null : Math.round(mean(changes) * 10_000) / 10_000;
};
