import { iso } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import type { LocalDay } from '../training/local-days.ts';
import { repetitionsOf } from '../training/repetitions.ts';
import { sessionsOf } from '../training/sessions.ts';
import { estimatedOneRepMax, kilogramsOf, volumeLoadOf } from '../training/training-measures.ts';
import { type ColumnOf, column } from './table.ts';

const grams = (kilograms: number | null): number | null =>
  kilograms === null ? null : Math.round(kilograms * 1000) / 1000;

/** A set and the date of its session. */
export type DatedSet = WorkoutSet & { readonly date: Day };

/** The sets in order of their sessions. */
export const datedSets = (sets: readonly WorkoutSet[], localDay: LocalDay): DatedSet[] =>
  sessionsOf(sets, localDay).flatMap(({ date, sets }) => sets.map((set) => ({ ...set, date })));

/** One row per set. */
export const WORKOUT_COLUMNS: readonly ColumnOf<DatedSet>[] = [
  column(
    'date',
    'date',
    '',
    "day on which the set's session started, on the user's clock",
    ({ date }) => date,
  ),
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
];
