import { createHash } from 'node:crypto';
import type { Clock } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { instantOfWallTime } from '../../../shared/core/wall-time.ts';
import { outputOf, type Stack, timeZoneOf } from '../../operations/stack.ts';
import { belongsToOther, hidesSimulated, WorkoutsReadOnly, workoutsOf } from '../../operations/workouts.ts';
import { localDays } from './local-days.ts';
import { phoneClock } from './phone-clock.ts';
import { type ImportPlan, planSets, planWorkouts } from './plan-import.ts';
import { readRingOffsets } from './read-local-days.ts';
import { dateOfWorkout, type Span, spanOf } from './stored-workouts.ts';
import { fileText } from './workout-files/decode-text.ts';
import type { WeightUnit } from './workout-files/numbers-in-file.ts';
import { readWorkoutFile } from './workout-files/read-workout-file.ts';
import type { WorkoutFile } from './workout-files/workout-file.ts';

export interface ImportedWorkouts {
  readonly file: WorkoutFile;
  /** The first and the last date of the workouts in the file; undefined without any. */
  readonly span: Span | undefined;
  /** Identifies the import, to remove it; equal for the same file. Undefined if it has stored nothing. */
  readonly importId: string | undefined;
  /** The encoding of the file if it was guessed. */
  readonly encoding: string | undefined;
  readonly plan: ImportPlan;
  /** Whether the absent workouts were removed. */
  readonly pruned: boolean;
  /** Whether the simulated lifter's sets no longer count because of this import. */
  readonly replacesSimulated: boolean;
}

interface ImportOptions {
  readonly clock: Clock;
  readonly unit?: WeightUnit | undefined;
  /** Whether to remove the workouts of the file's span that it does not have. */
  readonly prune?: boolean | undefined;
}

/** Identifies a file by its content. */
const importIdOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 8);

/** Stores the sets of a workout file in the stack's table. Throws {@link WorkoutsReadOnly} and WorkoutFileUnusable. */
export const importWorkouts = async (
  stack: Stack,
  bytes: Uint8Array,
  { clock, unit, prune = false }: ImportOptions,
): Promise<ImportedWorkouts> => {
  if (belongsToOther(stack)) throw new WorkoutsReadOnly(outputOf(stack, OUTPUT.workoutsTable));
  const timeZone = timeZoneOf(stack);
  const { text, guessed } = fileText(bytes);
  const [{ sets: stored }, offsetAt] = await Promise.all([workoutsOf(stack).read(), readRingOffsets(stack)]);
  const localDay = localDays(offsetAt, timeZone);
  const instantOf = phoneClock(offsetAt, timeZone);
  const instantInZone = (wallTime: string): number => instantOfWallTime(timeZone, wallTime);
  const file = readWorkoutFile(text, { clock, unit, instantOf, instantInZone });
  const importId = importIdOf(bytes);
  // A row without a readable time can belong to any workout.
  const pruned = prune && file.unplaced === 0;
  const plan = file.workouts
    ? planWorkouts(file.workouts, stored, { importId, prune: pruned })
    : planSets(file.sets, stored, importId);
  const replacesSimulated = hidesSimulated(stack, stored, file.sets);
  await workoutsOf(stack).change(plan.changes);
  const dates =
    file.workouts?.map((workout) => dateOfWorkout(workout, localDay)) ??
    file.sets.map(({ timestamp }) => localDay(timestamp * 1000));
  const hasStored = plan.changes.some((change) => 'put' in change);
  return {
    file,
    span: spanOf(dates),
    importId: hasStored ? importId : undefined,
    encoding: guessed,
    plan,
    pruned,
    replacesSimulated,
  };
};
