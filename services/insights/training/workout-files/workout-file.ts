import type { WorkoutSet } from '../../../../shared/core/workout-set.ts';
import type { FileWorkout, Refused } from './app-sets.ts';
import type { UnitOrigin, WeightUnit } from './numbers-in-file.ts';

/** A parsed workout file. */
export interface WorkoutFile {
  /** The apps it comes from: `GainsIQ`, `Hevy`, `Strong`, `FitNotes` or `Liftosaur`; joined files can be of several. */
  readonly format: string;
  /** The sets with their keys: those of GainsIQ as stored there, the others also in `workouts`. */
  readonly sets: readonly WorkoutSet[];
  /** Undefined for GainsIQ, which logs sets and not workouts. */
  readonly workouts: readonly FileWorkout[] | undefined;
  readonly refused: readonly Refused[];
  /** How many rows belong to an unknown workout, because their time cannot be read. */
  readonly unplaced: number;
  /** The units of the weights in the file. Empty for GainsIQ, which has only pounds. */
  readonly units: ReadonlyMap<WeightUnit, UnitOrigin>;
  /** How many rows are not working sets, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
}
