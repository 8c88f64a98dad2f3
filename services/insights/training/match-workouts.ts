import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import {
  canStartEarlier,
  earlierIds,
  earlierWorkouts,
  importedWorkouts,
  type StoredWorkout,
} from './stored-workouts.ts';
import type { FileWorkout } from './workout-files/app-sets.ts';

/** Which stored workouts are those of a file. */
interface Matched {
  /** The stored sets of each workout of the file. */
  readonly storedOf: ReadonlyMap<FileWorkout, readonly WorkoutSet[]>;
  /** The other imported workouts. */
  readonly others: readonly StoredWorkout[];
}

const isUtc = (minute: string | undefined): boolean => minute?.endsWith('Z') ?? false;
const minuteNumber = (seconds: number): number => Math.floor(seconds / 60);

/**
 * Finds the stored workouts of a file: those that started in the same minute on the phone's clock, or in the same minute if an app
 * wrote the offset. Neither title, language nor time zone matter.
 */
const matchImported = (workouts: readonly FileWorkout[], stored: readonly StoredWorkout[]): Matched => {
  const byMinute = new Map(workouts.map((workout) => [workout.minute, workout]));
  const byInstant = new Map(workouts.map((workout) => [minuteNumber(workout.start), workout]));
  const storedOf = new Map<FileWorkout, readonly WorkoutSet[]>();
  const others: StoredWorkout[] = [];
  for (const each of stored) {
    const atInstant = byInstant.get(minuteNumber(each.start));
    const sameInstant = atInstant && (isUtc(each.minute) || isUtc(atInstant.minute)) ? atInstant : undefined;
    const workout = byMinute.get(each.minute ?? '') ?? sameInstant;
    if (workout) storedOf.set(workout, [...(storedOf.get(workout) ?? []), ...each.sets]);
    else others.push(each);
  }
  return { storedOf, others };
};

/**
 * Finds the workouts of a file among those that an earlier version imported: by the ids of their sets, which depend on the start
 * and title as the app wrote them, and else by time.
 */
const matchEarlier = (workouts: readonly FileWorkout[], stored: readonly StoredWorkout[]): Matched => {
  if (stored.length === 0) return { storedOf: new Map(), others: [] };
  const ids = new Set(stored.flatMap(({ sets }) => sets.map(({ workoutId }) => workoutId)));
  const workoutOfId = new Map<string, FileWorkout>();
  for (const workout of workouts) {
    for (const name of workout.earlierNames)
      for (const id of earlierIds(name)) if (ids.has(id)) workoutOfId.set(id, workout);
  }
  const byStart = workouts.toSorted((one, other) => one.startInZone - other.startInZone);
  const storedOf = new Map<FileWorkout, readonly WorkoutSet[]>();
  const others: StoredWorkout[] = [];
  const claim = (workout: FileWorkout, sets: readonly WorkoutSet[]): void =>
    void storedOf.set(workout, [...(storedOf.get(workout) ?? []), ...sets]);
  for (const each of stored) {
    const known = new Set(each.sets.flatMap(({ workoutId }) => workoutOfId.get(workoutId) ?? []));
    const nearest = byStart.findLast(({ startInZone }) => canStartEarlier(startInZone, each.start));
    const whole = known.size === 0 ? nearest : undefined;
    const [first] = known;
    if (whole) claim(whole, each.sets);
    // Two workouts that follow each other within a minute can be one group.
    else if (first) {
      for (const set of each.sets) claim(workoutOfId.get(set.workoutId) ?? first, [set]);
    } else others.push(each);
  }
  return { storedOf, others };
};

/** @param sets every stored set, in order of time */
export const matchWorkouts = (workouts: readonly FileWorkout[], sets: readonly WorkoutSet[]): Matched => {
  const imported = matchImported(workouts, importedWorkouts(sets));
  const earlier = matchEarlier(workouts, earlierWorkouts(sets));
  const storedOf = new Map(imported.storedOf);
  for (const [workout, found] of earlier.storedOf)
    storedOf.set(workout, [...(storedOf.get(workout) ?? []), ...found]);
  return { storedOf, others: [...imported.others, ...earlier.others] };
};
