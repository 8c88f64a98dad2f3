import { createHash } from 'node:crypto';
import { AppError, type Consequences, PERMANENT } from '../../../../shared/core/errors.ts';
import { POUNDS_PER_KILOGRAM, type WorkoutSet } from '../../../../shared/core/workout-set.ts';
import type { CsvRows } from './csv-rows.ts';
import { instantInFile } from './time-in-file.ts';

/** The unit of the weights in a file. */
export type WeightUnit = 'kg' | 'lb';

/** The sets of a file, and the rows that are not sets. */
export interface ReadSets {
  readonly sets: readonly WorkoutSet[];
  /** The unreadable rows: where (`line 7`, `item 3`) and why. */
  readonly refused: readonly { readonly place: string; readonly reason: string }[];
  /** How many rows are not working sets, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** One row of an app's export, still as text. */
export interface AppRow {
  /** When the workout started, in wall-clock time. */
  readonly start: string;
  /** Distinguishes workouts that started in the same minute. */
  readonly workout: string;
  readonly exercise: string;
  readonly weight: string;
  readonly unit: WeightUnit | undefined;
  readonly reps: string;
  /** The kind of a row that is not a working set. */
  readonly leftOut: string | undefined;
}

const WARM_UP = 'warm-up sets';
const WITHOUT_REPETITIONS = 'sets without repetitions';
export const LEFT_OUT = { warmUp: WARM_UP, withoutRepetitions: WITHOUT_REPETITIONS } as const;

/** A row is not a valid set. The message says why. */
class InvalidRow extends AppError {
  override readonly name = 'InvalidRow';
  override readonly consequences: Consequences = PERMANENT;
}

/** Parses a number. An empty weight is 0: a set without weight. Throws {@link InvalidRow}. */
const numberIn = (text: string, what: string, decimalComma: boolean): number => {
  const plain = decimalComma ? text.trim().replace(',', '.') : text.trim();
  if (plain === '') return 0;
  if (!/^\d{1,6}(\.\d+)?$/.test(plain)) throw new InvalidRow(`${what} "${text}" is not a number`);
  return Number(plain);
};

/** For an assisted machine, apps store the assistance as weight. The lifted weight is then unknown. */
const isAssisted = (exercise: string): boolean => /\(assisted\)/i.test(exercise);

/** Converts to pounds, rounded to four decimals. */
const pounds = (weight: number, unit: WeightUnit): number =>
  Math.round(weight * (unit === 'kg' ? POUNDS_PER_KILOGRAM : 1) * 10_000) / 10_000;

/** 24 hex digits. Importing the same row of the same workout again gives the same id. */
const idOf = (app: string, row: AppRow, position: number): string =>
  createHash('sha256')
    .update(JSON.stringify([app, row.start, row.workout, position]))
    .digest('hex')
    .slice(0, 24);

/**
 * Converts the rows of an app's export to sets. The apps do not export the time of a set, so `timestamp` is the start of the
 * workout plus one second for each earlier row.
 * @param latest workouts that start after this instant (epoch ms) are rejected
 */
export const setsOfApp = (
  app: string,
  { rows, broken, decimalComma }: CsvRows,
  { timeZone, latest }: { timeZone: string; latest: number },
  read: (values: Readonly<Record<string, string>>) => AppRow,
): ReadSets => {
  const positions = new Map<string, number>();
  const numbers = new Map<string, number>();
  const next = (counts: Map<string, number>, ...key: string[]): number => {
    const number = (counts.get(JSON.stringify(key)) ?? 0) + 1;
    counts.set(JSON.stringify(key), number);
    return number;
  };

  const setOf = (row: AppRow, reps: number, position: number): WorkoutSet => {
    const start = instantInFile(row.start, timeZone);
    if (start === undefined) throw new InvalidRow(`time "${row.start}" is invalid`);
    if (start > latest) throw new InvalidRow(`time "${row.start}" is in the future`);
    if (row.exercise === '') throw new InvalidRow('exercise is missing');
    const weight = isAssisted(row.exercise) ? 0 : numberIn(row.weight, 'weight', decimalComma);
    if (weight > 0 && row.unit === undefined) throw new InvalidRow('weight has no unit');
    return {
      workoutId: idOf(app, row, position),
      timestamp: Math.floor(start / 1000) + position - 1,
      exercise: row.exercise,
      reps: String(reps),
      sets: next(numbers, row.start, row.workout, row.exercise),
      weight: pounds(weight, row.unit ?? 'lb'),
    };
  };

  const sets: WorkoutSet[] = [];
  const refused = broken.map(({ line, reason }) => ({ line, reason }));
  const leftOut: Record<string, number> = {};
  for (const { line, values } of rows) {
    const row = read(values);
    // Also counts invalid rows, because fixing one later must not change the ids of the others.
    const position = next(positions, row.start, row.workout);
    try {
      const reps = row.leftOut === undefined ? numberIn(row.reps, 'number of repetitions', decimalComma) : 0;
      if (!Number.isInteger(reps)) throw new InvalidRow(`repetitions "${row.reps}" are not a whole number`);
      if (reps === 0) {
        const what = row.leftOut ?? LEFT_OUT.withoutRepetitions;
        leftOut[what] = (leftOut[what] ?? 0) + 1;
      } else sets.push(setOf(row, reps, position));
    } catch (error: unknown) {
      if (!(error instanceof InvalidRow)) throw error;
      refused.push({ line, reason: error.message });
    }
  }
  return {
    sets,
    refused: refused
      .sort((one, other) => one.line - other.line)
      .map(({ line, reason }) => ({ place: `line ${line}`, reason })),
    leftOut,
  };
};
