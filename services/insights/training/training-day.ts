import type { Day } from '../../../shared/core/day.ts';

/** The training of a day with at least one set. */
export interface TrainingDay {
  readonly date: Day;
  /** Σ weight · reps over all sets, in kilograms. */
  readonly volume_load: number;
  readonly sets: number;
  /**
   * Relative deviation of the best estimated one-repetition maximum (Epley) from the person's trend for the exercise, averaged
   * over the day's exercises: 0.02 is 2 % above the trend. Null if no exercise has a trend yet.
   */
  readonly estimated_1rm_change: number | null;
}
