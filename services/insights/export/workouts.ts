import { iso } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { repetitionsOf } from '../training/repetitions.ts';
import { estimatedOneRepMax, kilogramsOf, volumeLoadOf } from '../training/training-measures.ts';
import type { ColumnOf } from './table.ts';

const grams = (kilograms: number | null): number | null =>
  kilograms === null ? null : Math.round(kilograms * 1000) / 1000;

/** One row per set. @param timeZone determines the date of a set */
export const workoutColumns = (timeZone: string): readonly ColumnOf<WorkoutSet>[] => [
  {
    name: 'date',
    type: 'date',
    unit: '',
    description: 'day of the set, in the time zone of the stack',
    of: ({ timestamp }) => dayIn(timeZone, timestamp * 1000),
  },
  {
    name: 'timestamp',
    type: 'instant',
    unit: '',
    description: 'when the set was logged, UTC; for an imported workout its start plus one second per row',
    of: ({ timestamp }) => iso(timestamp * 1000),
  },
  { name: 'workout_id', type: 'text', unit: '', description: "the set's id", of: (set) => set.workoutId },
  { name: 'exercise', type: 'text', unit: '', description: 'as logged', of: (set) => set.exercise },
  {
    name: 'set_number',
    type: 'integer',
    unit: '',
    description: 'number of the set within the exercise',
    of: (set) => set.sets,
  },
  {
    name: 'reps',
    type: 'text',
    unit: '',
    description: 'as logged: `8`, `5 or below`',
    of: (set) => set.reps,
  },
  {
    name: 'repetitions',
    type: 'integer',
    unit: 'count',
    description: 'the number used; null if reps does not start with a number',
    of: ({ reps }) => repetitionsOf(reps).count,
  },
  { name: 'weight', type: 'double', unit: 'kg', description: '0: body weight only', of: kilogramsOf },
  {
    name: 'volume_load',
    type: 'double',
    unit: 'kg',
    description: 'weight · repetitions',
    of: (set) => grams(volumeLoadOf(set)),
  },
  {
    name: 'estimated_1rm',
    type: 'double',
    unit: 'kg',
    description:
      'weight · (1 + repetitions / 30) (Epley); null without weight, above 15 repetitions, for open ends',
    of: (set) => grams(estimatedOneRepMax(set)),
  },
  {
    name: 'weight_modulation',
    type: 'text',
    unit: '',
    description: '`Bulking` or `Cutting`, if logged',
    of: (set) => set.weight_modulation ?? null,
  },
];
