import { createHash } from 'node:crypto';
import { POUNDS_PER_KILOGRAM, type WorkoutSet } from '../../../../shared/core/workout-set.ts';
import type { CsvRows } from './csv-rows.ts';
import { instantInFile } from './time-in-file.ts';

/** In what the weights of a file are. */
export type WeightUnit = 'kg' | 'lb';

/** What of a file came to be sets, and what did not, and why. */
export interface ReadSets {
  readonly sets: readonly WorkoutSet[];
  /** What cannot be read: where (`line 7`, `item 3`) and why. */
  readonly refused: readonly { readonly place: string; readonly reason: string }[];
  /** How many rows are no working sets, by what they are. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** One row of an app's export: what it says, still as text. */
export interface AppRow {
  /** When the workout began, on the wall. */
  readonly start: string;
  /** What tells two workouts apart that began in the same minute. */
  readonly workout: string;
  readonly exercise: string;
  readonly weight: string;
  readonly unit: WeightUnit | undefined;
  readonly reps: string;
  /** What the row is, where it is no working set. */
  readonly leftOut: string | undefined;
}

const WARM_UP = 'warm-up sets';
const WITHOUT_REPETITIONS = 'sets without repetitions';
export const LEFT_OUT = { warmUp: WARM_UP, withoutRepetitions: WITHOUT_REPETITIONS } as const;

/** A row cannot be made a set of; the message says why. */
class RowUnreadable extends Error {
  override readonly name = 'RowUnreadable';
  readonly retryable = false;
}

/** Nothing is 0: an empty weight is a set without one. Throws {@link RowUnreadable}. */
const numberIn = (text: string, what: string, decimalComma: boolean): number => {
  const plain = decimalComma ? text.trim().replace(',', '.') : text.trim();
  if (plain === '') return 0;
  if (!/^\d{1,6}(\.\d+)?$/.test(plain)) throw new RowUnreadable(`its ${what} "${text}" is not a number`);
  return Number(plain);
};

/** Apps write the help of an assisted machine as a weight: what was lifted is part of the body's, which is not known. */
const isAssisted = (exercise: string): boolean => /\(assisted\)/i.test(exercise);

/** Pounds, to a ten-thousandth. */
const pounds = (weight: number, unit: WeightUnit): number =>
  Math.round(weight * (unit === 'kg' ? POUNDS_PER_KILOGRAM : 1) * 10_000) / 10_000;

/** 24 hex digits, the same for the same row of the same workout whenever and however often it is imported. */
const idOf = (app: string, row: AppRow, position: number): string =>
  createHash('sha256')
    .update(JSON.stringify([app, row.start, row.workout, position]))
    .digest('hex')
    .slice(0, 24);

/**
 * The sets in the rows of an app's export, each row one set. `timestamp` is the start of the workout and a second for each
 * row before it in the workout, since the apps do not export when a set was done.
 * @param latest the instant (epoch ms) after which a workout cannot have begun
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
    if (start === undefined) throw new RowUnreadable(`its time "${row.start}" is not known`);
    if (start > latest) throw new RowUnreadable(`its time "${row.start}" lies in the future`);
    if (row.exercise === '') throw new RowUnreadable('it names no exercise');
    const weight = isAssisted(row.exercise) ? 0 : numberIn(row.weight, 'weight', decimalComma);
    if (weight > 0 && row.unit === undefined) throw new RowUnreadable('its weight has no unit');
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
    // Counted whatever becomes of the row: mending one later must not shift the others.
    const position = next(positions, row.start, row.workout);
    try {
      const reps = row.leftOut === undefined ? numberIn(row.reps, 'number of repetitions', decimalComma) : 0;
      if (!Number.isInteger(reps))
        throw new RowUnreadable(`its repetitions "${row.reps}" are no whole number`);
      if (reps === 0) {
        const what = row.leftOut ?? LEFT_OUT.withoutRepetitions;
        leftOut[what] = (leftOut[what] ?? 0) + 1;
      } else sets.push(setOf(row, reps, position));
    } catch (error: unknown) {
      if (!(error instanceof RowUnreadable)) throw error;
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
