import type { Day, DayRange } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { belongsToOther, hidesSimulated, WorkoutsReadOnly, workoutsOf } from '../../operations/workouts.ts';
import type { LocalDay } from './local-days.ts';
import { readLocalDays } from './read-local-days.ts';
import { dateOfWorkout, earlierWorkouts, importedWorkouts, type Span, spanOf } from './stored-workouts.ts';

/** The imported sets to remove: those of one import, of a range of dates, or of one import within a range. */
export interface Removal extends DayRange {
  readonly importId?: string | undefined;
}

/** An import that still has stored sets. */
interface StoredImport extends Span {
  readonly importId: string;
  readonly sets: number;
}

/** What a removal would delete. */
export interface FoundSets {
  readonly sets: readonly WorkoutSet[];
  /** How many workouts they belong to; of GainsIQ, whose sets belong to none, 0. */
  readonly workouts: number;
  /** The first and last date; undefined if there are none. */
  readonly span: Span | undefined;
  /** Every import, in order of its first date. */
  readonly imports: readonly StoredImport[];
  /** Whether the simulated lifter's sets count again without the found ones. */
  readonly restoresSimulated: boolean;
}

/**
 * Finds the sets of a removal. A range removes only what was imported from another app's CSV, by whole workouts; sets logged in
 * GainsIQ belong to it only if their import is named. Throws {@link WorkoutsReadOnly}, OutputMissing and SleepRecordInvalid.
 */
export const findImported = async (stack: Stack, removal: Removal): Promise<FoundSets> => {
  if (belongsToOther(stack)) throw new WorkoutsReadOnly(outputOf(stack, OUTPUT.workoutsTable));
  const [{ sets }, localDay] = await Promise.all([workoutsOf(stack).read(), readLocalDays(stack)]);
  const found = findIn(sets, localDay, removal);
  const removed = new Set(found.sets);
  const kept = sets.filter((set) => !removed.has(set));
  return { ...found, restoresSimulated: hidesSimulated(stack, kept, found.sets) };
};

const findIn = (
  sets: readonly WorkoutSet[],
  localDay: LocalDay,
  { from, to, importId }: Removal,
): Omit<FoundSets, 'restoresSimulated'> => {
  const dateOf = new Map<WorkoutSet, Day>(sets.map((set) => [set, localDay(set.timestamp * 1000)]));
  const workoutOf = new Map<WorkoutSet, number>();
  for (const [number, workout] of [...importedWorkouts(sets), ...earlierWorkouts(sets)].entries()) {
    const date = dateOfWorkout(workout, localDay);
    for (const set of workout.sets) {
      workoutOf.set(set, number);
      dateOf.set(set, date);
    }
  }
  const dayOf = (set: WorkoutSet): Day => dateOf.get(set) ?? '';
  const isInRange = (day: Day): boolean => (!from || day >= from) && (!to || day <= to);
  const chosen = sets.filter(
    (set) =>
      isInRange(dayOf(set)) && (importId === undefined ? workoutOf.has(set) : set.import_id === importId),
  );
  const byImport = Map.groupBy(
    sets.filter((set) => set.import_id !== undefined),
    (set) => set.import_id ?? '',
  );
  const imports = [...byImport].flatMap(([id, ofImport]) => {
    const span = spanOf(ofImport.map(dayOf));
    return span ? [{ importId: id, sets: ofImport.length, ...span }] : [];
  });
  return {
    sets: chosen,
    workouts: new Set(chosen.flatMap((set) => workoutOf.get(set) ?? [])).size,
    span: spanOf(chosen.map(dayOf)),
    imports: imports.sort((one, other) => one.from.localeCompare(other.from)),
  };
};

/** Deletes the sets. After an interruption, the rest is still found. */
export const removeSets = (stack: Stack, sets: readonly WorkoutSet[]): Promise<void> =>
  workoutsOf(stack).change(sets.map((set) => ({ remove: set })));
