import type { Day } from '../../../shared/core/day.ts';
import type { TrainingMetric } from '../../../shared/core/metrics.ts';
import type { SleepMeasure } from '../../../shared/core/sleep-measures.ts';

/** Which side of a pair comes first. */
export type Direction = 'sleep_to_training' | 'training_to_sleep';

/** Identifies a pair: one row of a report. */
export interface PairName {
  readonly sleep_metric: SleepMeasure;
  readonly training_metric: TrainingMetric;
  /**
   * Sleep to training: 0 is the last night that ended before the first set, 1 the night before that one. Training to sleep: 0 is
   * the first night that began after the first set.
   */
  readonly lag_days: number;
}

/**
 * - `likely`: a claim
 * - `undecided`: neither a claim nor its absence
 * - `no larger effect`: any effect is smaller than {@link Effect.no_effect_beyond}, and too small to matter
 * - `not tested`: too few sessions, or one of the two measures hardly varies
 */
export type Verdict = 'likely' | 'undecided' | 'no larger effect' | 'not tested';

/** An effect in natural units: by how much the second measure differs if the first is higher by a step. */
export interface NaturalEffect {
  /** The step in words: `an hour more sleep`. */
  readonly per: string;
  /** The difference in {@link unit}, and its 95 % interval. */
  readonly change: number;
  readonly ci: readonly [number, number];
  /** `kg`, `%`, `sets`, `min`, `ms`, `points`, … */
  readonly unit: string;
}

/** Whether an effect is the same throughout the history. Changes as {@link NaturalEffect.change}. */
export interface Stability {
  /** The change in each third of the sessions. */
  readonly thirds: readonly number[];
  /** Calendar months with enough sessions, and those in which the change has the sign of the whole. */
  readonly months: number;
  readonly months_held: number;
  /** The smallest and the largest change if one month is left out. */
  readonly without_a_month: readonly [number, number];
}

/** The effect in the second half of the sessions is opposite to that in the first half. Changes as {@link NaturalEffect.change}. */
export interface Reversal {
  /** The first session of the second half. */
  readonly since: Day;
  readonly before: number;
  readonly after: number;
}

/** The second measure is highest (or lowest) at a middle value of the first. */
export interface TurningPoint {
  readonly kind: 'highest' | 'lowest';
  /** The value of the first measure in its stored unit. */
  readonly at: number;
}

/** What a history says about one pair. The nullable fields are null if the pair was not tested. */
export interface Effect extends PairName {
  /** Sessions with both measures. */
  readonly n: number;
  /** Partial correlation given all controls, and its 95 % interval. */
  readonly rho: number | null;
  readonly ci: readonly [number, number] | null;
  readonly p: number | null;
  /** The smallest false discovery rate of its family at which the pair is significant. */
  readonly q: number | null;
  readonly verdict: Verdict;
  /** Whether chance alone would hardly explain the slope, and whether it also holds throughout the history. */
  readonly beyond_chance: boolean | null;
  readonly holds: boolean | null;
  readonly natural: NaturalEffect | null;
  readonly stability: Stability | null;
  readonly reversal: Reversal | null;
  readonly turning_point: TurningPoint | null;
  /** The smallest change, in {@link NaturalEffect.unit}, that would be found in 80 % of such histories. */
  readonly detectable: number | null;
  /** About how many more sessions would decide. Null unless undecided, or if the effect is certain but does not last. */
  readonly sessions_to_decide: number | null;
  /** The largest change, in {@link NaturalEffect.unit}, that the interval allows. */
  readonly no_effect_beyond: number | null;
  /** The result in plain English. It never claims a cause. */
  readonly sentence: string;
}

/** One finding outside the primary pairs. */
export interface EffectGroup {
  /** The pair with the smallest p. */
  readonly lead: Effect;
  /** Other pairs that pass, but say nothing new once the lead is known. */
  readonly related: readonly PairName[];
}

/** The effects in one direction. */
export interface EffectsReport {
  /** Sessions with a night. */
  readonly sessions: number;
  /** The few pairs that were chosen in advance; all of them, in a fixed order. */
  readonly primary: readonly Effect[];
  /** How many other pairs were tested, and what was found among them. */
  readonly explored: number;
  readonly exploratory: readonly EffectGroup[];
  /** Other pairs that pass, but say nothing new once the likely primary pairs are known. */
  readonly explained: readonly PairName[];
}
