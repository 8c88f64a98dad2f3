import type { Day } from '../../../shared/core/day.ts';
import type { Metric } from '../../../shared/core/metrics.ts';

/**
 * - `good`, `bad`: most of what is unusual is better, or worse, for the person
 * - `mixed`: neither
 * - `possible illness`: heart rate and temperature up, HRV down, and the breathing rate up if it is known. Not a diagnosis
 */
export type RareKind = 'good' | 'bad' | 'mixed' | 'possible illness';

/** A metric that made a night rare. Values as in Trend. */
export interface RareMetric {
  readonly metric: Metric;
  readonly value: number;
  /** The range of 19 in 20 nights. */
  readonly usual: readonly [number, number];
  /** How far the value is from the centre of the usual range, as a normal deviate. */
  readonly deviation: number;
}

/** Whether a value is outside its usual range. */
export const isOutside = ({ value, usual }: RareMetric): boolean => value < usual[0] || value > usual[1];

/** Rare nights in a row. At most one night in between is missing or usual. */
export interface Episode {
  readonly first: Day;
  readonly last: Day;
  readonly nights: number;
}

/** A night whose values together are rare for the person. */
export interface RareNight {
  readonly date: Day;
  /** A night like this one comes about once in this many nights; at most {@link MOST_NIGHTS}. */
  readonly once_in_nights: number;
  /** The same for people, as far as the nights before it can show: `about once in 8 months`. */
  readonly rarity: string;
  readonly kind: RareKind;
  /**
   * The metrics outside their usual range, the furthest first. If there are none, the two that are the furthest. For a possible
   * illness, the metrics of the pattern.
   */
  readonly metrics: readonly RareMetric[];
  readonly episode: Episode;
  /** What was rare, for people. */
  readonly sentence: string;
}

/** Ten years. A longer time cannot be estimated from the nights of one person. */
export const MOST_NIGHTS = 3652;
