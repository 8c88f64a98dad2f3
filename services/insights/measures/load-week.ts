import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import type { TrainingDay } from '../training/training-day.ts';

/** The training load of a week. A day without training is 0; a day before the first training is unknown. */
export interface LoadWeek {
  /** The sum of the week's days. */
  readonly load: number;
  /** Mean / standard deviation of the seven days. Foster (1998), Med. Sci. Sports Exerc. 30, 1164-1168. Null if all are equal. */
  readonly monotony: number | null;
  /** load · monotony. Foster (1998). */
  readonly strain: number | null;
  /**
   * The load of the week divided by the weekly mean of the three weeks before it. Uncoupled: the week is not part of its own
   * reference. Windt and Gabbett (2019), Br. J. Sports Med. 53, 988-990. It describes a change of load. That it predicts injuries
   * is disputed: Impellizzeri et al. (2020), Int. J. Sports Physiol. Perform. 15, 907-913. Null without load before, or with
   * fewer than four weeks.
   */
  readonly ratio: number | null;
}

const WEEK_DAYS = 7;
const CHRONIC_WEEKS = 3;

/**
 * The session-RPE load of a day in arbitrary units: rating of perceived exertion (1-10) · minutes. Foster et al. (2001), J.
 * Strength Cond. Res. 15, 109-115. Null if one of the two is unknown.
 */
export const sessionRpeLoad = ({ rpe, minutes }: TrainingDay): number | null =>
  rpe === null || minutes === null ? null : rpe * minutes;

/**
 * Returns a function that computes the load of the week up to a day; null if the load of one of its days is unknown.
 * @param training in order of date
 * @param loadOf the load of a day; null if it is unknown
 */
export const loadWeek = (
  training: readonly TrainingDay[],
  loadOf: (day: TrainingDay) => number | null,
): ((last: Day) => LoadWeek | null) => {
  const loads = new Map(training.map((day) => [dayNumberOf(day.date), loadOf(day)]));
  const first = Math.min(...loads.keys());
  /** The loads of the week that ended `weeks` weeks before the day; undefined if one is unknown. */
  const weekOf = (last: number, weeks: number): number[] | undefined => {
    const days = Array.from({ length: WEEK_DAYS }, (_, back) => last - WEEK_DAYS * weeks - back);
    const known = days.flatMap((day) => (day < first ? [] : (loads.get(day) ?? (loads.has(day) ? [] : 0))));
    return known.length < WEEK_DAYS ? undefined : known;
  };
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return (last) => {
    const to = dayNumberOf(last);
    const week = weekOf(to, 0);
    if (week === undefined) return null;
    const load = sumOf(week);
    const deviation = sampleStandardDeviation(week);
    const monotony = deviation === 0 ? null : mean(week) / deviation;
    const before = Array.from({ length: CHRONIC_WEEKS }, (_, weeks) => weekOf(to, weeks + 1) ?? []).flat();
    const chronic = before.length < CHRONIC_WEEKS * WEEK_DAYS ? 0 : sumOf(before) / CHRONIC_WEEKS;
    return {
      load,
      monotony,
      strain: monotony === null ? null : load * monotony,
      ratio: chronic === 0 ? null : load / chronic,
    };
  };
};
