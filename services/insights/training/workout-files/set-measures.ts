import type { WorkoutSet } from '../../../../shared/core/workout-set.ts';
import { type AppRow, LEFT_OUT } from './app-format.ts';
import { isAssisted } from './assisted-names.ts';
import { numberIn, numberOrNaN, pounds, secondsIn } from './numbers-in-file.ts';
import { InvalidRow } from './workout-file-unusable.ts';

/** A character that a program has put in the place of one that it could not read. */
const REPLACED = '\uFFFD';

type Measures = Pick<WorkoutSet, 'reps' | 'weight' | 'assistance' | 'rpe' | 'duration_s' | 'distance_m'>;

/** What a row says about its set, or the kind of a row that is none. Throws {@link InvalidRow}. */
export const measuresOf = (
  row: AppRow,
  decimalComma: boolean,
  leaveOut: (what: string) => void,
): Measures | string => {
  if (row.leftOut !== undefined && row.unknownKind === undefined) return row.leftOut;
  const reps = numberIn(row.reps, 'number of repetitions', decimalComma);
  if (row.leftOut !== undefined) {
    if (reps > 0) throw new InvalidRow(`the kind of set "${row.unknownKind}" is unknown`);
    return row.leftOut;
  }
  if (!Number.isInteger(reps) || reps < 0)
    throw new InvalidRow(`repetitions "${row.reps}" are not a whole number`);
  const seconds = secondsIn(row.duration);
  const written = numberOrNaN(row.distance, decimalComma);
  const distance = written * (row.meters ?? Number.NaN);
  if (Number.isNaN(written)) leaveOut('distances that are not numbers');
  else if (written !== 0 && Number.isNaN(distance)) leaveOut('distances without a known unit');
  const isTimed = seconds !== undefined || distance > 0;
  if (reps === 0 && !isTimed) return LEFT_OUT.withoutRepetitions;
  if (row.exercise === '') throw new InvalidRow('exercise is missing');
  if (row.exercise.includes(REPLACED) || row.workout.includes(REPLACED))
    throw new InvalidRow('a character was lost before (U+FFFD): export the file again');
  return {
    reps: String(reps),
    ...weightOf(row, decimalComma),
    ...exertionOf(row, decimalComma, leaveOut),
    ...(seconds !== undefined && { duration_s: seconds }),
    ...(distance > 0 && { distance_m: Math.round(distance * 100) / 100 }),
  };
};

/** A negative weight, or that of an assisted machine, is assistance: the lifted weight is then unknown. */
const weightOf = (row: AppRow, decimalComma: boolean): Pick<WorkoutSet, 'weight' | 'assistance'> => {
  const weight = numberIn(row.weight, 'weight', decimalComma);
  if (weight === 0) return { weight: 0 };
  if (row.unit === undefined) throw new InvalidRow('weight has no unit');
  if (typeof row.unit !== 'string')
    throw new InvalidRow(`the unit "${row.unit.unknown}" of the weight is unknown`);
  const inPounds = pounds(Math.abs(weight), row.unit);
  return weight < 0 || isAssisted(row.exercise) ? { weight: 0, assistance: inPounds } : { weight: inPounds };
};

const exertionOf = (
  row: AppRow,
  decimalComma: boolean,
  leaveOut: (what: string) => void,
): Pick<WorkoutSet, 'rpe'> => {
  const rpe = numberOrNaN(row.rpe, decimalComma);
  if (rpe === 0) return {};
  if (rpe >= 1 && rpe <= 10) return { rpe };
  leaveOut('RPE values outside 1 to 10');
  return {};
};
