import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { valuesOfDays } from './days.ts';

/**
 * The heart rate variability of a week, from the natural logarithm of each night's rMSSD in milliseconds. Plews et al. (2012), Eur.
 * J. Appl. Physiol. 112, 3729-3741; Plews et al. (2013), Sports Med. 43, 773-781.
 */
export interface HrvWeek {
  /** Mean of ln rMSSD, and 100 · standard deviation / mean. Null with fewer than 3 nights. */
  readonly ln_rmssd: number | null;
  readonly ln_rmssd_cv: number | null;
  /**
   * The range in which the mean does not differ from the baseline by more than the smallest worthwhile change: the mean ± half a
   * standard deviation of ln rMSSD over the 60 days before the week. Null with fewer than 30 nights.
   */
  readonly ln_rmssd_usual: readonly [number, number] | null;
}

const WEEK_DAYS = 7;
const BASELINE_DAYS = 60;
/** Three nights a week are enough for athletes: Plews et al. (2014), Int. J. Sports Physiol. Perform. 9, 783-790. */
const FEWEST = { week: 3, baseline: 30 };
/** In standard deviations. */
const WORTHWHILE = 0.5;

/** @param nights in any order */
export const hrvWeek = (nights: readonly DatedNight[]): ((last: Day) => HrvWeek) => {
  const logs = new Map(
    nights.flatMap(({ date, hrv }) =>
      hrv === null || hrv <= 0 ? [] : [[dayNumberOf(date), Math.log(hrv)] as const],
    ),
  );
  return (last) => {
    const to = dayNumberOf(last);
    const week = valuesOfDays(logs, to - WEEK_DAYS + 1, to);
    const before = valuesOfDays(logs, to - WEEK_DAYS - BASELINE_DAYS + 1, to - WEEK_DAYS);
    const isKnown = week.length >= FEWEST.week;
    const change = before.length < FEWEST.baseline ? null : WORTHWHILE * sampleStandardDeviation(before);
    return {
      ln_rmssd: isKnown ? mean(week) : null,
      ln_rmssd_cv: isKnown ? (100 * sampleStandardDeviation(week)) / mean(week) : null,
      ln_rmssd_usual: change === null ? null : [mean(before) - change, mean(before) + change],
    };
  };
};
