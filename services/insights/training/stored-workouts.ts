import { createHash } from 'node:crypto';
import type { Day } from '../../../shared/core/day.ts';
import type { WorkoutSet, WorkoutSource } from '../../../shared/core/workout-set.ts';
import type { LocalDay } from './local-days.ts';
import { type EarlierName, localMinute, minuteIn } from './workout-files/app-sets.ts';

/** The sets of one imported workout. */
export interface StoredWorkout {
  /** Epoch seconds; of an earlier import, when its first set is dated. */
  readonly start: number;
  /** As in {@link FileWorkout}; undefined for an import of an earlier version, which did not store it. */
  readonly minute: string | undefined;
  readonly source: WorkoutSource | undefined;
  readonly sets: readonly WorkoutSet[];
}

/**
 * Whether an earlier version imported the set. It stored no source. GainsIQ's own ids are UUIDs, and its sets have a user. No
 * app that was imported has `weight_modulation`.
 */
export const isEarlierImport = (set: WorkoutSet): boolean =>
  set.source === undefined &&
  set.import_id === undefined &&
  set.username === undefined &&
  set.weight_modulation === undefined &&
  /^[0-9a-f]{24}$/.test(set.workoutId);

/** The date of a workout: on the phone's clock if its start is stored so, else by `localDay`. */
export const dateOfWorkout = (
  { minute, start }: Pick<StoredWorkout, 'minute' | 'start'>,
  localDay: LocalDay,
): Day => (minute?.endsWith('Z') === false ? minute.slice(0, 'YYYY-MM-DD'.length) : localDay(start * 1000));

/** The first and the last of dates. */
export interface Span {
  readonly from: Day;
  readonly to: Day;
}

/** Undefined without dates. */
export const spanOf = (dates: readonly Day[]): Span | undefined => {
  const sorted = dates.toSorted();
  const [from, to] = [sorted[0], sorted.at(-1)];
  return from === undefined || to === undefined ? undefined : { from, to };
};

const minuteOf = ({ source, workout_local_start, workout_start, timestamp }: WorkoutSet): string =>
  workout_local_start === undefined
    ? minuteIn((workout_start ?? timestamp) * 1000)
    : localMinute(source, workout_local_start);

/** The workouts that this version imported: the sets that start in the same minute. */
export const importedWorkouts = (sets: readonly WorkoutSet[]): StoredWorkout[] => {
  const imported = sets.filter(({ source }) => source !== undefined);
  return [...Map.groupBy(imported, minuteOf)].map(([minute, ofMinute]) => ({
    start: Math.min(...ofMinute.map(({ workout_start, timestamp }) => workout_start ?? timestamp)),
    minute,
    source: ofMinute[0]?.source,
    sets: ofMinute,
  }));
};

/** An earlier version dated a set one second after the row above it. Rows that it left out make gaps, but no minute of them. */
const EARLIER_GAP_SECONDS = 60;

/** The workouts that an earlier version imported, from `sets` in order of time: sets with at most a minute between them. */
export const earlierWorkouts = (sets: readonly WorkoutSet[]): StoredWorkout[] => {
  const groups: WorkoutSet[][] = [];
  for (const set of sets.filter(isEarlierImport)) {
    const last = groups.at(-1);
    if (last && set.timestamp - (last.at(-1)?.timestamp ?? 0) < EARLIER_GAP_SECONDS) last.push(set);
    else groups.push([set]);
  }
  return groups.map((ofGroup) => ({
    start: ofGroup[0]?.timestamp ?? 0,
    minute: undefined,
    source: undefined,
    sets: ofGroup,
  }));
};

/** Whether an earlier version dated the first set of a workout with this start (epoch seconds) at `first`. */
export const canStartEarlier = (start: number, first: number): boolean =>
  first >= start - (start % 60) && first < start + EARLIER_GAP_SECONDS;

/** More rows than any workout has. */
const MOST_ROWS = 300;

/** The ids that an earlier version gave the rows of a workout with this name. */
export const earlierIds = function* ([app, start, title]: EarlierName): Generator<string> {
  for (let position = 1; position <= MOST_ROWS; position += 1) {
    const text = JSON.stringify([app, start, title, position]);
    yield createHash('sha256').update(text).digest('hex').slice(0, 24);
  }
};
