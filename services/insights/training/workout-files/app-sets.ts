import { createHash } from 'node:crypto';
import { ValidationError } from 'yup';
import { isSurelyValid } from '../../../../shared/core/quick-validation.ts';
import { readWorkoutSet } from '../../../../shared/core/read-workout-set.ts';
import {
  isTimedOnly,
  type WorkoutSet,
  type WorkoutSource,
  workoutSetSchema,
} from '../../../../shared/core/workout-set.ts';
import { type AppFormat, type AppRow, TIME_OF_DATE } from './app-format.ts';
import { invalidField, invalidValues } from './invalid-field.ts';
import { secondsIn, type UnitOrigin, type WeightUnit } from './numbers-in-file.ts';
import { measuresOf } from './set-measures.ts';
import { type NoTime, type TimeInFile, timesIn } from './time-in-file.ts';
import { InvalidRow } from './workout-file-unusable.ts';

/** A row that cannot be read: where (`line 7`, `item 3`) and why. */
export interface Refused {
  readonly place: string;
  readonly reason: string;
}

/** The text by which an earlier version identified a workout: the app, the start and the title. */
export type EarlierName = readonly [app: string, start: string, title: string];

/** What a file has of one workout: the rows that start in the same minute. */
export interface FileWorkout {
  readonly source: WorkoutSource;
  /** The minute of the start: on the phone's clock, or in UTC if the app writes the offset. The date if it writes no time. */
  readonly minute: string;
  /** Epoch seconds. */
  readonly start: number;
  /** When the earlier version would have dated it: the same, in the zone of the stack. Epoch seconds. */
  readonly startInZone: number;
  readonly earlierNames: readonly EarlierName[];
  /** Without those that cannot be read. */
  readonly sets: readonly WorkoutSet[];
  /** How many rows cannot be read. */
  readonly refused: number;
}

export interface ReadSection {
  readonly workouts: readonly FileWorkout[];
  readonly refused: readonly (Refused & { readonly line: number })[];
  /** How many rows belong to an unknown workout, because their time cannot be read. */
  readonly unplaced: number;
  readonly units: ReadonlyMap<WeightUnit, UnitOrigin>;
  /** How many rows are not working sets, by kind. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** How to interpret the times of a file. */
export interface FileClock {
  /** The instant (epoch ms) at which the phone's clock shows `YYYY-MM-DDTHH:MM:SS`. */
  readonly instantOf: (wallTime: string) => number;
  /** The same by the zone of the stack. */
  readonly instantInZone: (wallTime: string) => number;
  /** Workouts that start after this instant (epoch ms) are rejected. */
  readonly latest: number;
}

/** 24 hex digits. A workout at the same time has the same ids, whatever its title, language and zone. */
const idOf = (minute: string, position: number): string =>
  createHash('sha256')
    .update(JSON.stringify([minute, position]))
    .digest('hex')
    .slice(0, 24);

interface Start {
  readonly minute: string;
  /** Epoch ms. */
  readonly instant: number;
  readonly inZone: number;
  readonly local: string | undefined;
}

interface OpenWorkout {
  readonly start: Start;
  readonly names: Map<string, EarlierName>;
  readonly numbers: Map<string, number>;
  readonly sets: WorkoutSet[];
  position: number;
  refused: number;
}

/**
 * Converts the rows of an app's export to sets. The apps do not export the time of a set, so `timestamp` is the start of the
 * workout plus one second for each earlier set.
 */
export const readSection = (format: AppFormat, clock: FileClock): ReadSection => {
  const { source, section } = format;
  const rows = section.rows.map(({ line, cells }) => ({ line, row: format.read(cells) }));
  const times = timesIn(
    rows.flatMap(({ row }) => [row.start, row.end ?? '']),
    TIME_OF_DATE[source],
  );
  const workouts = new Map<string, OpenWorkout>();
  const leftOut = new Map<string, number>();
  const refused = section.broken.map(({ line, reason }) => ({ line, reason }));
  let unplaced = section.broken.length;
  const units = new Map<WeightUnit, UnitOrigin>();
  // A workout has many rows with the same start.
  const starts = new Map<string, Start>();
  const startIn = (text: string): Start => {
    const start = starts.get(text) ?? startOf(source, text, times(text), clock);
    starts.set(text, start);
    return start;
  };
  const leaveOut = (what: string): void => void leftOut.set(what, (leftOut.get(what) ?? 0) + 1);

  const workoutOf = (row: AppRow): OpenWorkout => {
    const start = startIn(row.start);
    const workout = workouts.get(start.minute) ?? {
      start,
      names: new Map(),
      numbers: new Map(),
      sets: [],
      position: 0,
      refused: 0,
    };
    workouts.set(start.minute, workout);
    const name: EarlierName = [source, row.start, row.workout];
    workout.names.set(JSON.stringify(name), name);
    return workout;
  };

  for (const { line, row } of rows) {
    let workout: OpenWorkout | undefined;
    try {
      workout = workoutOf(row);
      const { start, numbers } = workout;
      // Also counts invalid rows, because fixing one later must not change the ids of the others.
      workout.position += 1;
      const read = measuresOf(row, section.decimalComma, leaveOut);
      if (typeof read === 'string') {
        workout.position -= 1;
        leaveOut(read);
        continue;
      }
      const number = (numbers.get(row.exercise) ?? 0) + 1;
      const given = {
        workoutId: idOf(start.minute, workout.position),
        timestamp: Math.floor(startIn(row.start).instant / 1000) + workout.position - 1,
        exercise: row.exercise,
        sets: number,
        ...read,
        source,
        workout_start: Math.floor(start.instant / 1000),
        ...(start.local !== undefined && { workout_local_start: start.local }),
        ...(row.workout.trim() !== '' && { workout_title: row.workout.trim() }),
        ...workoutDuration(row, times),
      };
      const set = checked(given, leaveOut);
      numbers.set(row.exercise, number);
      workout.sets.push(set);
      if (set.weight !== 0 && typeof row.unit === 'string' && units.get(row.unit) !== 'given')
        units.set(row.unit, row.isUnitGiven ? 'given' : 'stated');
    } catch (error: unknown) {
      if (!(error instanceof InvalidRow)) throw error;
      refused.push({ line, reason: error.message });
      if (workout) workout.refused += 1;
      else unplaced += 1;
    }
  }
  return {
    workouts: [...workouts.values()].map(({ start, names, sets, refused: unread }) => ({
      source,
      minute: start.minute,
      start: Math.floor(start.instant / 1000),
      startInZone: Math.floor(start.inZone / 1000),
      earlierNames: [...names.values()],
      sets,
      refused: unread,
    })),
    refused: refused.map(({ line, reason }) => ({ line, place: `line ${line}`, reason })),
    unplaced,
    units,
    leftOut,
  };
};

const MINUTE = 'YYYY-MM-DDTHH:MM'.length;

/** The minute of an instant (epoch ms) in UTC, as in {@link FileWorkout}. */
export const minuteIn = (instant: number): string => `${new Date(instant).toISOString().slice(0, MINUTE)}Z`;

/** The minute of a local start, as in {@link FileWorkout}. */
export const localMinute = (source: WorkoutSource | undefined, wallTime: string): string => {
  const timeOfDate = source && TIME_OF_DATE[source];
  const isDateOnly = timeOfDate !== undefined && wallTime.endsWith(`T${timeOfDate}`);
  return wallTime.slice(0, isDateOnly ? 'YYYY-MM-DD'.length : MINUTE);
};

/** Throws {@link InvalidRow}. */
const startOf = (source: WorkoutSource, text: string, time: TimeInFile | NoTime, clock: FileClock): Start => {
  if ('reason' in time) throw new InvalidRow(`time "${text}" ${time.reason}`);
  const { wallTime, offset } = time;
  const instant = offset === undefined ? clock.instantOf(wallTime) : Date.parse(`${wallTime}${offset}`);
  if (Number.isNaN(instant)) throw new InvalidRow(`time "${text}" is invalid`);
  if (instant > clock.latest) throw new InvalidRow(`time "${text}" is in the future`);
  const isLocal = offset === undefined;
  return {
    minute: isLocal ? localMinute(source, wallTime) : minuteIn(instant),
    instant,
    inZone: isLocal ? clock.instantInZone(wallTime) : instant,
    local: isLocal ? wallTime : undefined,
  };
};

const workoutDuration = (
  { start, end, workoutDuration: stated }: AppRow,
  times: (text: string) => TimeInFile | NoTime,
): Pick<WorkoutSet, 'workout_duration_s'> => {
  const seconds = end === undefined ? secondsIn(stated) : secondsBetween(times(start), times(end));
  return seconds === undefined ? {} : { workout_duration_s: seconds };
};

/** Longer than any workout. */
const DAY_SECONDS = 86_400;

const secondsBetween = (start: TimeInFile | NoTime, end: TimeInFile | NoTime): number | undefined => {
  if ('reason' in start || 'reason' in end) return undefined;
  const seconds = (Date.parse(`${end.wallTime}Z`) - Date.parse(`${start.wallTime}Z`)) / 1000;
  return seconds > 0 && seconds < DAY_SECONDS ? seconds : undefined;
};

/** The set without invalid values of its optional attributes. Throws {@link InvalidRow}. */
const checked = (given: WorkoutSet, leaveOut: (what: string) => void): WorkoutSet => {
  if (isSurelyValid(workoutSetSchema, given)) return given;
  try {
    const { set, without } = readWorkoutSet(given);
    if (isTimedOnly(given) && !isTimedOnly(set)) throw new InvalidRow('its duration or distance is invalid');
    for (const name of without) leaveOut(invalidValues(name));
    return set;
  } catch (error: unknown) {
    if (error instanceof ValidationError) throw new InvalidRow(invalidField(error));
    throw error;
  }
};
