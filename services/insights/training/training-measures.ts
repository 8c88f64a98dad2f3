import { mean } from 'simple-statistics';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { POUNDS_PER_KILOGRAM, type WorkoutSet } from '../../../shared/core/workout-set.ts';
import { repetitionsOf } from './repetitions.ts';
import { expectedBy, type Session } from './strength-trend.ts';
import type { TrainingDay } from './training-day.ts';

/** Above this no formula tells the one-repetition maximum; it is also the most that GainsIQ counts. */
const MOST_REPS_FOR_ESTIMATE = 15;

/** The weight of a set in kilograms, to the gram. */
export const kilogramsOf = ({ weight }: WorkoutSet): number =>
  Math.round((weight / POUNDS_PER_KILOGRAM) * 1000) / 1000;

/**
 * Weight · repetitions of one set, in kilograms: 0 with the body's weight alone, since that is not known, and 0 where the
 * number of repetitions is not (`AMRAP`). Of open ends (`16 or above`) the number that is there counts.
 */
export const volumeLoadOf = (set: WorkoutSet): number =>
  kilogramsOf(set) * (repetitionsOf(set.reps).count ?? 0);

/**
 * The one-repetition maximum that a set speaks for, in kilograms: weight · (1 + repetitions / 30), after Epley (1985); a
 * single is its own maximum. Null with the body's weight alone, for more than 15 repetitions, and where there may have
 * been more than are counted.
 */
export const estimatedOneRepMax = (set: WorkoutSet): number | null => {
  const { count, orMore } = repetitionsOf(set.reps);
  if (set.weight === 0 || count === null || orMore || count < 1 || count > MOST_REPS_FOR_ESTIMATE)
    return null;
  return kilogramsOf(set) * (count === 1 ? 1 : 1 + count / 30);
};

/** GainsIQ takes names that differ in case or blanks around them for one exercise. */
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
 * What was trained on each day that has a set, by date. A set belongs to the day on the calendar of `timeZone` on which it
 * was logged. The change of strength on a day rests on that day and earlier ones alone.
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

/** The mean relative deviation from the trends in `sessions`, to which the day is then added. */
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
