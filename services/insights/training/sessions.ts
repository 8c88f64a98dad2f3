import type { Day } from '../../../shared/core/day.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import type { LocalDay } from './local-days.ts';

/** Sets that were logged one by one belong to one session while less time (s) passes between two of them. */
const SAME_SESSION_SECONDS = 3 * 3600;

/** The sets of one workout. */
export interface Session {
  /** The user's date when it started, also if it ended after midnight: as the imported file states, else by `localDay`. */
  readonly date: Day;
  /** Epoch ms: its first set, or the start that the imported file states. */
  readonly started_at: number;
  readonly sets: readonly WorkoutSet[];
}

/** Joins sets without a workout. An earlier version stored imported sets so, a second apart. */
const joined = (sets: readonly WorkoutSet[]): WorkoutSet[][] => {
  const sessions: WorkoutSet[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const set of sets.toSorted((one, other) => one.timestamp - other.timestamp)) {
    if (set.timestamp - last < SAME_SESSION_SECONDS) sessions.at(-1)?.push(set);
    else sessions.push([set]);
    last = set.timestamp;
  }
  return sessions;
};

/**
 * Joins sets into sessions, in order of their start: imported ones by the start of their workout, and sets logged one by one
 * while the gaps are shorter than 3 h.
 */
export const sessionsOf = (sets: readonly WorkoutSet[], localDay: LocalDay): Session[] => {
  const workouts = Map.groupBy(sets, ({ workout_start }) => workout_start);
  const single = workouts.get(undefined) ?? [];
  workouts.delete(undefined);
  return [...workouts.values(), ...joined(single)]
    .flatMap((own): Session[] => {
      const [first] = own;
      if (first === undefined) return [];
      const started_at = (first.workout_start ?? first.timestamp) * 1000;
      const stated = first.workout_local_start?.slice(0, 'YYYY-MM-DD'.length);
      return [{ date: stated ?? localDay(started_at), started_at, sets: own }];
    })
    .sort((one, other) => one.started_at - other.started_at);
};
