// IMPORTANT: used by the bundled Lambda functions. No I/O, no AWS SDK.
import { ValidationError } from 'yup';
import { type WorkoutSet, workoutSetSchema } from './workout-set.ts';

/** A set as read. */
interface ReadSet {
  readonly set: WorkoutSet;
  /** The names of the optional attributes that are invalid and left out. */
  readonly without: readonly string[];
}

/** A set with another one's value of these would be wrong. Without the other attributes, it is still a set. */
const NEEDED = ['workoutId', 'timestamp', 'exercise', 'reps', 'sets', 'weight', 'username'];

const isNeeded = (path: string | undefined): boolean => !path || NEEDED.includes(path);

/**
 * Reads an item as a set, without unknown attributes and without optional ones that are invalid: another application can use
 * their names for something else. Throws ValidationError of yup for the first attribute that a set needs.
 */
export const readWorkoutSet = (item: unknown): ReadSet => {
  try {
    const set = workoutSetSchema.validateSync(item, { abortEarly: false, stripUnknown: true });
    return { set, without: [] };
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    const errors = error.inner.length > 0 ? error.inner : [error];
    const needed = errors.find(({ path }) => isNeeded(path));
    if (needed) throw needed;
    const without = [...new Set(errors.flatMap(({ path }) => path ?? []))];
    const rest = Object.fromEntries(Object.entries(Object(item)).filter(([name]) => !without.includes(name)));
    return { set: workoutSetSchema.validateSync(rest, { stripUnknown: true }), without };
  }
};
