// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { type InferType, number, object, string } from 'yup';

/** Pounds in one kilogram: 1 / 0.45359237, from the definition of the pound since 1959. */
export const POUNDS_PER_KILOGRAM = 1 / 0.45359237;

/** 9999-12-31T23:59:59Z: a later day has more than the ten characters of a date. */
const LAST_SECOND = 253_402_300_799;

/** The `username` of the simulated lifter's sets. */
export const SIMULATED_USER = 'simulated';

/**
 * One set of a workout as GainsIQ stores it. Key: `workoutId`, `timestamp`. GainsIQ defines the fields: `workoutId`
 * identifies the set, not the workout. `sets` is the position of the set within the exercise on that day (1, 2, …), so
 * one item is one set. `reps` is text such as `8`, `5 or below` or `16 or above`. `weight` is in pounds. Numbers that
 * an early GainsIQ stored as text, and repetitions as a number, are also accepted.
 * https://github.com/robbiehammond/GainsIQ (backend/go/database.go, frontend/src/WorkoutTracker.tsx).
 */
export const workoutSetSchema = object({
  workoutId: string().required(),
  /** Epoch seconds: when the set was logged. Milliseconds would be after the year 9999. */
  timestamp: number().integer().min(0).max(LAST_SECOND).required(),
  exercise: string().trim().required(),
  reps: string().trim().required(),
  sets: number().integer().min(0).required(),
  /** Pounds; 0 for a set with body weight only. */
  weight: number().min(0).required(),
  /** `Bulking` or `Cutting`. */
  weight_modulation: string(),
  username: string(),
}).required();
export type WorkoutSet = Readonly<InferType<typeof workoutSetSchema>>;
