import type { PutSets } from '../../../shared/aws/store/workouts.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { belongsToOther, replaceSimulated, WorkoutsReadOnly, workoutsOf } from '../../operations/workouts.ts';
import type { WeightUnit } from './workout-files/app-sets.ts';
import { fileText, readWorkoutFile, type WorkoutFile } from './workout-files/read-workout-file.ts';

export interface ImportedWorkouts {
  readonly file: WorkoutFile;
  readonly put: PutSets;
  /** Whether the simulated lifter's sets no longer count because of this import. */
  readonly replacesSimulated: boolean;
}

/** Stores the sets of a workout file in the stack's table. Throws {@link WorkoutsReadOnly} and WorkoutFileUnusable. */
export const importWorkouts = async (
  stack: Pick<Stack, 'outputs' | 'dynamodb'>,
  bytes: Buffer,
  { clock, unit }: { clock: Clock; unit?: WeightUnit | undefined },
): Promise<ImportedWorkouts> => {
  if (belongsToOther(stack)) throw new WorkoutsReadOnly(outputOf(stack, OUTPUT.workoutsTable));
  const timeZone = outputOf(stack, OUTPUT.timeZone);
  const file = readWorkoutFile(fileText(bytes), { timeZone, clock, unit });
  const replacesSimulated = await replaceSimulated(stack, file.sets);
  return { file, replacesSimulated, put: await workoutsOf(stack).put(file.sets) };
};
