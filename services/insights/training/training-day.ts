import type { Day } from '../../../shared/core/day.ts';

/** What was trained on one day: only days with at least one set have one. */
export interface TrainingDay {
  readonly date: Day;
  /** Σ weight · reps over all sets, in kilograms. */
  readonly volume_load: number;
  readonly sets: number;
  /**
   * Mean over the day's exercises of the relative deviation of the best one-repetition maximum (Epley) from the
   * person's own trend for that exercise: 0.02 is 2 % above it. Null where no exercise has a trend yet.
   */
  readonly estimated_1rm_change: number | null;
}

/** The training measures that sleep is held against, in the order in which they are shown. */
export const TRAINING_METRICS = ['volume_load', 'sets', 'estimated_1rm_change'] as const;
export type TrainingMetric = (typeof TRAINING_METRICS)[number];
