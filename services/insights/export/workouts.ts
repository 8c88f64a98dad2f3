import { iso } from '../../../shared/core/clock.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import type { LocalDay } from '../training/local-days.ts';
import { repetitionsOf } from '../training/repetitions.ts';
import { type Session, sessionsOf } from '../training/sessions.ts';
import { estimatedOneRepMax, kilogramsOf, volumeLoadOf } from '../training/training-measures.ts';
import { type ColumnOf, column } from './table.ts';

const grams = (kilograms: number | null): number | null =>
  kilograms === null ? null : Math.round(kilograms * 1000) / 1000;

/** A set, and the date and the start (epoch ms) of its session. */
export type DatedSet = WorkoutSet & Pick<Session, 'date' | 'started_at'>;

/** The sets in order of their sessions. */
export const datedSets = (sets: readonly WorkoutSet[], localDay: LocalDay): DatedSet[] =>
  sessionsOf(sets, localDay).flatMap(({ date, started_at, sets: own }) =>
    own.map((set) => ({ ...set, date, started_at })),
  );

/** One row per set. */
export const WORKOUT_COLUMNS: readonly ColumnOf<DatedSet>[] = [
  column(
    'date',
    'date',
    '',
    "day on which the set's session started, on the user's clock",
    ({ date }) => date,
  ),
  column('session_start', 'instant', '', 'start of the session, UTC', ({ started_at }) => iso(started_at)),
  column(
    'timestamp',
    'instant',
    '',
    'when the set was logged, UTC; for an imported workout its start plus one second per row',
    ({ timestamp }) => iso(timestamp * 1000),
  ),
  column('workout_id', 'text', '', "the set's id", (set) => set.workoutId),
  column('exercise', 'text', '', 'as logged', (set) => set.exercise),
  column('set_number', 'integer', '', 'number of the set within the exercise', (set) => set.sets),
  column('reps', 'text', '', 'as logged: `8`, `5 or below`', (set) => set.reps),
  column(
    'repetitions',
    'integer',
    'count',
    'the number used; null if reps does not start with a number',
    ({ reps }) => repetitionsOf(reps).count,
  ),
  column('weight', 'double', 'kg', '0: body weight only', kilogramsOf),
  column('volume_load', 'double', 'kg', 'weight · repetitions', (set) => grams(volumeLoadOf(set))),
  column(
    'estimated_1rm',
    'double',
    'kg',
    'weight · (1 + repetitions / 30) (Epley); null without weight, above 15 repetitions, for open ends',
    (set) => grams(estimatedOneRepMax(set)),
  ),
  column(
    'weight_modulation',
    'text',
    '',
    '`Bulking` or `Cutting`, if logged',
    (set) => set.weight_modulation ?? null,
  ),
  column('rpe', 'double', '', 'rating of perceived exertion, 1 to 10', (set) => set.rpe ?? null),
  column('duration', 'integer', 's', 'of a timed set', (set) => set.duration_s ?? null),
  column('distance', 'double', 'm', 'of a timed set', (set) => set.distance_m ?? null),
  column('assistance', 'double', 'kg', 'what a machine or band took off the body weight', ({ assistance }) =>
    assistance === undefined ? null : kilogramsOf({ weight: assistance }),
  ),
  column('workout_title', 'text', '', 'title of the imported workout', (set) => set.workout_title ?? null),
  column('source', 'text', '', 'the app that the set was imported from', (set) => set.source ?? null),
];
