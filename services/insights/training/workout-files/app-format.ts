import type { WorkoutSource } from '../../../../shared/core/workout-set.ts';
import type { CsvSection } from './csv-rows.ts';
import type { WeightUnit } from './numbers-in-file.ts';

/** One row of an app's export, still as text. */
export interface AppRow {
  /** When the workout started. */
  readonly start: string;
  /** When it ended; empty if the app writes no end. */
  readonly end?: string;
  /** The title of the workout. */
  readonly workout: string;
  readonly exercise: string;
  readonly weight: string;
  /** The unit of the weight: known, unknown by this name, or undefined without any. */
  readonly unit: WeightUnit | { readonly unknown: string } | undefined;
  /** Whether the user gave the unit, because the row does not state it. */
  readonly isUnitGiven?: boolean;
  readonly reps: string;
  /** The kind of a row that is not a working set. */
  readonly leftOut: string | undefined;
  /** What a row with repetitions but without a known kind states instead. */
  readonly unknownKind?: string | undefined;
  readonly rpe: string;
  /** How long the set took. */
  readonly duration: string;
  readonly distance: string;
  /** Meters per unit of the distance; undefined if the unit is unknown. */
  readonly meters: number | undefined;
  /** How long the whole workout took; empty if the app writes its end instead. */
  readonly workoutDuration: string;
}

/** How to read the rows of one app's export. */
export interface AppFormat {
  readonly source: WorkoutSource;
  readonly section: CsvSection;
  /** Whether the file does not state the unit of its weights. */
  readonly lacksUnit: boolean;
  read(cells: readonly string[]): AppRow;
}

/** The time `HH:MM:SS` of a workout from an app that writes dates without one. Noon is after the night that ended on the date. */
export const TIME_OF_DATE: Partial<Record<WorkoutSource, string>> = { FitNotes: '12:00:00' };

export const LEFT_OUT = {
  warmUp: 'warm-up sets',
  notesAndTimers: 'notes and timers',
  withoutRepetitions: 'sets without repetitions',
  notDone: 'planned sets that were not done',
} as const;

/** Returns the value of the column with a name in lower case; empty without one. */
export const cellsOf = (header: readonly string[]) => {
  const places = new Map(header.map((name, place) => [name, place]));
  return (cells: readonly string[], name: string): string => cells[places.get(name) ?? -1] ?? '';
};
