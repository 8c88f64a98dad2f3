import type { DatedNight } from '../../services/insights/features/metric-values.ts';
import { drawsFrom } from '../../services/insights/statistics/resample.ts';
import type { TrainingDay } from '../../services/insights/training/training-day.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { nightOf } from '../aws/store/nights.ts';

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
  Array.from({ length: count }, (_, index) => nightOf(dayAt(index), metrics(index)));

export const trainingOf = (index: number, measures: Partial<TrainingDay> = {}): TrainingDay => ({
  date: dayAt(index),
  volume_load: 5000,
  sets: 15,
  estimated_1rm_change: null,
  ...measures,
});
