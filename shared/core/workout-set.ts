// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { type InferType, number, object } from 'yup';
import { MOST_INT32, MOST_KEY_BYTES, storedAmount, storedText } from './stored-values.ts';

/** 9999-12-31T23:59:59Z: a later day has more than the ten characters of a date. */
const LAST_SECOND = 253_402_300_799;

/** The `username` of the simulated lifter's sets. */
export const SIMULATED_USER = 'simulated';

/** The apps whose CSV files are imported. */
const WORKOUT_SOURCES = ['Strong', 'Hevy', 'FitNotes', 'Liftosaur'] as const;
export type WorkoutSource = (typeof WORKOUT_SOURCES)[number];

/** Epoch seconds. Milliseconds would be after the year 9999. */
const epochSeconds = () => number().integer().min(0).max(LAST_SECOND);

/**
 * One set of a workout as GainsIQ stores it. Key: `workoutId`, `timestamp`. GainsIQ defines the fields up to `username`:
 * `workoutId` identifies the set, not the workout. `sets` is the position of the set within the exercise on that day (1, 2, …),
 * so one item is one set. `reps` is text such as `8`, `5 or below` or `16 or above`. `weight` is in pounds. Numbers that
 * an early GainsIQ stored as text, and repetitions as a number, are also accepted. The limits are those of DynamoDB and Parquet.
 * https://github.com/robbiehammond/GainsIQ (backend/go/database.go, frontend/src/WorkoutTracker.tsx).
 *
 * The other fields are those of a set imported from another app's CSV; a set that the app does not time lacks `duration_s`.
 */
export const workoutSetSchema = object({
  workoutId: storedText(MOST_KEY_BYTES).required(),
  /** When the set was logged. */
  timestamp: epochSeconds().required(),
  exercise: storedText().trim().required(),
  reps: storedText().trim().required(),
  sets: number().integer().min(0).max(MOST_INT32).required(),
  /** Pounds; 0 for a set with body weight only. */
  weight: storedAmount().required(),
  /** `Bulking` or `Cutting`. */
  weight_modulation: storedText(),
  username: storedText(),
  source: storedText().oneOf(WORKOUT_SOURCES),
  /** The import that stored this version of the set. */
  import_id: storedText(),
  /** When the workout started. */
  workout_start: epochSeconds(),
  /** The start as the app wrote it, `YYYY-MM-DDTHH:MM:SS` on the phone's clock; absent if the app wrote an offset. */
  workout_local_start: storedText(),
  workout_title: storedText(),
  /** The length of the whole workout, seconds. */
  workout_duration_s: storedAmount(),
  /** Rating of perceived exertion, 1 to 10. */
  rpe: number().min(1).max(10),
  /** Seconds of a timed set. Its `reps` are `0` if the app counts none. */
  duration_s: storedAmount(),
  distance_m: storedAmount(),
  /** What a machine or band took off the body weight, pounds. `weight` is then 0. */
  assistance: storedAmount(),
}).required();
export type WorkoutSet = Readonly<InferType<typeof workoutSetSchema>>;

/**
 * Whether an item is a timed set without repetitions, such as a plank or a run. It has minutes, but counts neither as a set nor
 * as load.
 */
export const isTimedOnly = ({ reps, duration_s, distance_m }: WorkoutSet): boolean =>
  reps === '0' && (duration_s !== undefined || distance_m !== undefined);
