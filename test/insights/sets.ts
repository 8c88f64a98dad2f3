import { POUNDS_PER_KILOGRAM } from '../../shared/core/weight.ts';
import type { WorkoutSet } from '../../shared/core/workout-set.ts';

let made = 0;

/** A set of `reps` with `kilograms` on `day`, at noon UTC. */
export const setOn = (
  day: string,
  kilograms: number,
  reps: string | number,
  changed: Partial<WorkoutSet> = {},
): WorkoutSet => {
  made += 1;
  return {
    workoutId: `set-${made}`,
    timestamp: Date.parse(`${day}T12:00:00Z`) / 1000,
    exercise: 'Squat',
    reps: String(reps),
    sets: 1,
    weight: kilograms * POUNDS_PER_KILOGRAM,
    ...changed,
  };
};
