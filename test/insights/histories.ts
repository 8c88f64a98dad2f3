import { datedNight } from '../../services/insights/features/dated-night.ts';
import type { DatedNight } from '../../services/insights/features/metric-values.ts';
import type { TrainingDay } from '../../services/insights/training/training-day.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { nightOf } from '../aws/store/nights.ts';
import { drawsFrom } from '../helpers/draws.ts';

const FIRST: Day = '2026-01-01';
export const dayAt = (index: number): Day => addDays(FIRST, index);

/** A normal random number, mean 0 and standard deviation 1: the sum of twelve uniform draws (Irwin-Hall). */
export const normalsFrom = (seed: number): (() => number) => {
  const draw = drawsFrom(seed);
  return () =>
    Array.from({ length: 12 }, () => draw(2 ** 30) / 2 ** 30).reduce((sum, value) => sum + value, -6);
};

/** One night per day, starting with {@link FIRST}. */
export const nightsOf = (count: number, metrics: (index: number) => Partial<NightMetrics>): DatedNight[] =>
  Array.from({ length: count }, (_, index) => datedNight(nightOf(dayAt(index), metrics(index))));

/** A day with one session at 18:00 UTC. */
export const trainedOn = (date: Day, volume_load: number): TrainingDay => ({
  date,
  first_set_at: Date.parse(`${date}T18:00:00Z`),
  volume_load,
  sets: 15,
  estimated_1rm_change: null,
  exercises: [],
  minutes: null,
  rpe: null,
});

export const trainingOf = (index: number, measures: Partial<TrainingDay> = {}): TrainingDay => ({
  ...trainedOn(dayAt(index), 5000),
  ...measures,
});
