import type { Day } from '../../../shared/core/day.ts';

/** What was done in one exercise on a day. */
export interface ExerciseResult {
  /** The name as first logged; later spellings that differ only in case or surrounding spaces are the same exercise. */
  readonly exercise: string;
  /** Σ weight · reps, kilograms. */
  readonly volume_load: number;
  /** The best estimated one-repetition maximum (Epley), kilograms; null if no set allows an estimate. */
  readonly estimated_1rm: number | null;
  /** Its relative deviation from the person's trend; null without a trend of at least five days. */
  readonly estimated_1rm_change: number | null;
}

/** The training of a day with at least one set. A day with only timed exercise, such as a run, has 0 sets and no load. */
export interface TrainingDay {
  /** The user's date when the session started, by the ring's clock if it is known, else in the time zone of the stack. */
  readonly date: Day;
  /** The start of the day's first session, epoch ms. */
  readonly first_set_at: number;
  /** Σ weight · reps over all sets, in kilograms. */
  readonly volume_load: number;
  /** Without timed exercise. */
  readonly sets: number;
  /**
   * Relative deviation of the best estimated one-repetition maximum (Epley) from the person's trend for the exercise, averaged
   * over the day's exercises: 0.02 is 2 % above the trend. Null if no exercise has a trend yet.
   */
  readonly estimated_1rm_change: number | null;
  /** In the order of their first sets. */
  readonly exercises: readonly ExerciseResult[];
  /** The duration of the day's sessions; null unless it is known of all of them. */
  readonly minutes: number | null;
  /** The mean rating of perceived exertion (1–10) of the sets that have one; null without one. */
  readonly rpe: number | null;
}

/** Whether the day has a set, and so a load to compare. */
export const hasSets = ({ sets }: TrainingDay): boolean => sets > 0;
