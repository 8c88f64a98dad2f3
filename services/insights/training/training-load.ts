import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import type { TrainingDay } from './training-day.ts';

const ACUTE_DAYS = 7;
const CHRONIC_DAYS = 28;

/** The training before a day. Rest days count as 0 after the first workout; earlier days are null. */
export interface TrainingLoad {
  /** The days 1, 2 and 3 days before: kilograms, count, share. The change is null on a rest day. */
  readonly volume_load: readonly (number | null)[];
  readonly sets: readonly (number | null)[];
  readonly estimated_1rm_change: readonly (number | null)[];
  /** Days since the last workout; null before the first. */
  readonly days_since: number | null;
  /** Mean volume load per day of the last 7 and 28 days, kilograms. */
  readonly acute: number | null;
  readonly chronic: number | null;
  /** acute / chronic; null without load in the 28 days. Gabbett (2016), Br. J. Sports Med. 50, 273-280. */
  readonly ratio: number | null;
}

/** Returns a function that computes the load of any day. @param training in order of date */
export const trainingLoad = (training: readonly TrainingDay[]): ((day: Day) => TrainingLoad) => {
  // By number, because thousands of days each look back on 28 others.
  const byDay = new Map(training.map((trained) => [dayNumberOf(trained.date), trained]));
  const first = training[0]?.date;
  const lastBefore = latestBefore(training.map(({ date }) => date));
  const firstNumber = first === undefined ? Number.POSITIVE_INFINITY : dayNumberOf(first);

  const meanVolume = (day: number, days: number): number | null => {
    if (day - firstNumber < days) return null;
    let sum = 0;
    for (let back = 1; back <= days; back += 1) sum += byDay.get(day - back)?.volume_load ?? 0;
    return sum / days;
  };

  return (day) => {
    const number = dayNumberOf(day);
    const before = [1, 2, 3].map((lag) => number - lag);
    const known = (date: number): boolean => date >= firstNumber;
    const acute = meanVolume(number, ACUTE_DAYS);
    const chronic = meanVolume(number, CHRONIC_DAYS);
    const last = lastBefore(day);
    return {
      volume_load: before.map((date) => (known(date) ? (byDay.get(date)?.volume_load ?? 0) : null)),
      sets: before.map((date) => (known(date) ? (byDay.get(date)?.sets ?? 0) : null)),
      estimated_1rm_change: before.map((date) => byDay.get(date)?.estimated_1rm_change ?? null),
      days_since: last === undefined ? null : daysBetween(last, day),
      acute,
      chronic,
      ratio: acute === null || !chronic ? null : acute / chronic,
    };
  };
};

/** Finds the latest of the sorted `dates` before a day. Fast if the days are in order. */
const latestBefore = (dates: readonly Day[]): ((day: Day) => Day | undefined) => {
  let at = 0;
  return (day) => {
    if ((dates[at - 1] ?? '') >= day) at = 0;
    while ((dates[at] ?? day) < day) at += 1;
    return dates[at - 1];
  };
};
