import { mean } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import { POUNDS_PER_KILOGRAM } from '../../../shared/core/weight.ts';
import { isTimedOnly, type WorkoutSet } from '../../../shared/core/workout-set.ts';
import type { LocalDay } from './local-days.ts';
import { repetitionsOf } from './repetitions.ts';
import { type Session, sessionsOf } from './sessions.ts';
import { type DayEstimate, expectedBy } from './strength-trend.ts';
import type { ExerciseResult, TrainingDay } from './training-day.ts';

/** Above this, formulas for the one-repetition maximum are unreliable. It is also GainsIQ's maximum. */
const MOST_REPS_FOR_ESTIMATE = 15;

/** The weight of a set in kilograms, to the gram. */
export const kilogramsOf = ({ weight }: Pick<WorkoutSet, 'weight'>): number =>
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
const keyOf = ({ exercise }: WorkoutSet): string => exercise.trim().toLowerCase();

/** An exercise over all days: its name as first logged, and its best estimates so far. */
interface History {
  readonly exercise: string;
  readonly estimates: DayEstimate[];
}

const tenths = (kilograms: number): number => Math.round(kilograms * 10) / 10;
const rounded = (value: number | null, per: number): number | null =>
  value === null ? null : Math.round(value * per) / per;
const hundredths = (value: number | null): number | null => rounded(value, 100);
/** To 0.01 %. */
const share = (value: number | null): number | null => rounded(value, 10_000);

const volumeOf = (sets: readonly WorkoutSet[]): number =>
  tenths(sets.reduce((sum, set) => sum + volumeLoadOf(set), 0));

const meanOf = (values: readonly number[]): number | null => (values.length === 0 ? null : mean([...values]));

/** Compares the best set of an exercise with its trend, then adds it to the trend. */
const resultOf = (
  date: Day,
  sets: readonly WorkoutSet[],
  { exercise, estimates }: History,
): ExerciseResult => {
  const known = sets.map(estimatedOneRepMax).filter((estimate) => estimate !== null);
  const volume_load = volumeOf(sets);
  if (known.length === 0) return { exercise, volume_load, estimated_1rm: null, estimated_1rm_change: null };
  const estimate = Math.max(...known);
  const expected = expectedBy(estimates, date);
  estimates.push({ date, estimate });
  return {
    exercise,
    volume_load,
    estimated_1rm: tenths(estimate),
    estimated_1rm_change: expected === null ? null : estimate / expected - 1,
  };
};

/** How long a session took in seconds: as its file states, or the sum of its sets if all of them are timed. */
const secondsOf = ({ sets }: Session): number | undefined => {
  const stated = sets.find(({ workout_duration_s }) => workout_duration_s !== undefined);
  if (stated) return stated.workout_duration_s;
  return sets.every(isTimedOnly) ? sets.reduce((sum, { duration_s = 0 }) => sum + duration_s, 0) : undefined;
};

/** Null unless the duration of every session is known. */
const minutesOf = (sessions: readonly Session[]): number | null => {
  const seconds = sessions.map(secondsOf).filter((each) => each !== undefined);
  return seconds.length < sessions.length
    ? null
    : Math.round(seconds.reduce((sum, each) => sum + each, 0) / 60);
};

/**
 * Computes the training of each day with a session, in order of date. The changes of strength depend only on that day and
 * earlier ones.
 */
export const trainingDays = (sets: readonly WorkoutSet[], localDay: LocalDay): TrainingDay[] => {
  const histories = new Map<string, History>();
  const historyOf = (key: string, [first]: readonly WorkoutSet[]): History => {
    const history = histories.get(key) ?? { exercise: first?.exercise.trim() ?? key, estimates: [] };
    histories.set(key, history);
    return history;
  };
  const days = [...Map.groupBy(sessionsOf(sets, localDay), ({ date }) => date)];
  return days
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([date, sessions]) => {
      const logged = sessions.flatMap((session) => session.sets);
      const lifted = logged.filter((set) => !isTimedOnly(set));
      const results = [...Map.groupBy(lifted, keyOf)].map(([key, some]) =>
        resultOf(date, some, historyOf(key, some)),
      );
      return {
        date,
        first_set_at: Math.min(...sessions.map(({ started_at }) => started_at)),
        volume_load: volumeOf(lifted),
        sets: lifted.length,
        estimated_1rm_change: share(meanOf(results.flatMap((result) => result.estimated_1rm_change ?? []))),
        exercises: results.map((result) => ({
          ...result,
          estimated_1rm_change: share(result.estimated_1rm_change),
        })),
        minutes: minutesOf(sessions),
        rpe: hundredths(meanOf(logged.flatMap(({ rpe }) => rpe ?? []))),
      };
    });
};
