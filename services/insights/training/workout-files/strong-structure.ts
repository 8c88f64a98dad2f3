import type { CsvSection } from './csv-rows.ts';
import { unitCalled } from './numbers-in-file.ts';
import { plainText } from './phone-languages.ts';

/** The places of the columns of Strong's export. */
export interface StrongColumns {
  readonly date: number;
  readonly exercise: number;
  readonly order: number;
  readonly weight: number;
  readonly reps: number;
  readonly workout?: number;
  readonly workoutDuration?: number;
  readonly unit?: number;
  readonly rpe?: number;
  readonly distance?: number;
  readonly distanceUnit?: number;
  readonly seconds?: number;
}

/** So many rows show what a column holds. */
const SAMPLE_ROWS = 500;

/** What most of the cells of a column are. */
interface Column {
  readonly isTime: boolean;
  /** Text, without the empty cells. */
  readonly isText: boolean;
  /** Numbers and empty cells. */
  readonly isNumeric: boolean;
  /** Units of weight, without the empty cells. */
  readonly isUnit: boolean;
  /** Numbers from 1, codes and words for other rows; at least one 1. */
  readonly isOrder: boolean;
}

const NUMBER = /^-?\d+([.,]\d+)?$/;
const TIME = /\d{1,2}[:.h]\s?\d{2}/;

const describe = (values: readonly string[]): Column => {
  const cells = values.map((value) => plainText(value).trim());
  const filled = cells.filter((cell) => cell !== '');
  // A value that cannot be read costs its own row, so it must not hide what the column holds.
  const most = (among: readonly string[], is: (cell: string) => boolean): boolean =>
    among.length > 0 && among.filter(is).length * 2 >= among.length;
  const isNumber = (cell: string): boolean => NUMBER.test(cell);
  return {
    isTime: most(cells, (cell) => /\d{4}/.test(cell) && TIME.test(cell)),
    isText: filled.length > 0 && !most(filled, isNumber),
    isNumeric: most(cells, (cell) => cell === '' || isNumber(cell)),
    isUnit: most(filled, (cell) => unitCalled(cell) !== undefined),
    isOrder:
      cells.some((cell) => /^1(\.0)?$/.test(cell)) &&
      most(cells, (cell) => /^\d{1,3}(\.0)?$|^\p{L}/u.test(cell)),
  };
};

/** The columns after the repetitions differ between the versions of Strong. Two columns of notes follow the seconds. */
const columnsAfter = (
  columns: readonly Column[],
  reps: number,
  isNumbered: boolean,
): Partial<StrongColumns> => {
  const after = columns.length - reps - 1;
  // The version of 2024 for Android: RPE, distance, its unit, seconds, notes, notes of the workout, its duration.
  if (after === 7) {
    return {
      rpe: reps + 1,
      distance: reps + 2,
      distanceUnit: reps + 3,
      seconds: reps + 4,
      workoutDuration: reps + 7,
    };
  }
  // With a column of numbers of workouts: RPE, distance, seconds, notes, notes of the workout.
  if (after === 5 && isNumbered) return { rpe: reps + 1, distance: reps + 2, seconds: reps + 3 };
  // Distance, seconds, notes, notes of the workout, and in later versions RPE.
  const distance = { distance: reps + 1, seconds: reps + 2 };
  if (after === 5) return { ...distance, rpe: reps + 5 };
  return after === 4 ? distance : {};
};

/** Strong has other names for the columns in English, so this is another app, and its columns can be in another order. */
const isEnglish = (header: readonly string[]): boolean =>
  header.some((name) => /\b(exercise|weight)\b/.test(name));

/**
 * Finds the columns by what they hold: a time; the title of the workout; then, side by side, the name of the exercise, the number
 * of the set, the weight, sometimes its unit, and the repetitions. Undefined if the file is not built so, or has English names.
 */
export const structureOf = ({ header, rows }: CsvSection): StrongColumns | undefined => {
  if (isEnglish(header)) return undefined;
  const sample = rows.slice(0, SAMPLE_ROWS);
  const columns = header.map((_, place) => describe(sample.map(({ cells }) => cells[place] ?? '')));
  const date = columns.findIndex(({ isTime }) => isTime);
  const candidates = columns.flatMap(({ isOrder }, order) => {
    const exercise = order - 1;
    const weight = order + 1;
    const unit = columns[weight + 1]?.isUnit ? weight + 1 : undefined;
    const reps = (unit ?? weight) + 1;
    const isSet = columns[exercise]?.isText && columns[weight]?.isNumeric && columns[reps]?.isNumeric;
    if (!isOrder || !isSet || exercise <= date + 1) return [];
    const after = columnsAfter(columns, reps, date > 0);
    // A title or a note can be the name of a unit, such as BW. A unit in any other column is not that of this weight.
    const notes = after.seconds === undefined ? [] : [after.seconds + 1, after.seconds + 2];
    const texts = [date + 1, exercise, ...notes];
    const isMisplaced = columns.some(
      ({ isUnit }, place) => isUnit && place !== unit && !texts.includes(place),
    );
    return isMisplaced ? [] : [{ exercise, order, weight, reps, unit, ...after }];
  });
  const [found, ...others] = candidates;
  if (date === -1 || found === undefined || others.length > 0) return undefined;
  const { unit, exercise, ...places } = found;
  return {
    ...places,
    ...(date + 2 < exercise && { workoutDuration: date + 2 }),
    ...(unit !== undefined && { unit }),
    workout: date + 1,
    date,
    exercise,
  };
};
