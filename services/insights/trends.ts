import { mean } from 'simple-statistics';
import { addDays, type Day, daysBetween } from '../../shared/core/day.ts';
import { METRIC_NAMES, type Metric } from '../../shared/core/metrics.ts';
import { type DatedNight, numberOf } from './features/metric-values.ts';
import { type Slope, theilSen, varianceInflation } from './statistics/theil-sen.ts';

/** Without a range, the slope covers the last 90 days. */
const SLOPE_DAYS = 90;
/** All pairs of nights are compared. One year has 66,430 slopes per metric. */
const MOST_SLOPE_DAYS = 365;
const FEWEST_FOR_SLOPE = 14;
const BASELINE_DAYS = 90;
const FEWEST_FOR_BASELINE = 14;

/** The rolling mean covers a week, because each weekday then counts once and weekends cause no waves. Needs half of the nights. */
export const WEEK = { days: 7, fewest: 4 } as const;
const FOUR_WEEKS = { days: 28, fewest: 14 } as const;

/** How a metric has changed. Values in its unit; bedtimes in minutes from the first midnight of the day of waking up. */
export interface Trend {
  readonly metric: Metric;
  /** Number of nights used for the slope. */
  readonly n: number;
  /** Means of the last 7 and 28 days; null if fewer than half of the nights have a value. */
  readonly mean_7: number | null;
  readonly mean_28: number | null;
  /** Theil-Sen slope and its 95 % interval; null below 14 nights. */
  readonly slope_per_day: number | null;
  readonly slope_ci: readonly [number, number] | null;
  /** Mean of the 90 days before the last 7; null below 14 nights. */
  readonly baseline: number | null;
  /** mean_7 - baseline. */
  readonly change: number | null;
}

/** The robust slope with its interval; undefined below 14 points. @param xs in ascending order, at most about 365 */
export const slopeOf = (xs: readonly number[], ys: readonly number[]): Slope | undefined =>
  xs.length < FEWEST_FOR_SLOPE ? undefined : theilSen(xs, ys, (slope) => varianceInflation(xs, ys, slope));

const trendOf = (
  metric: Metric,
  nights: readonly DatedNight[],
  { from, to }: { from: Day | undefined; to: Day },
): Trend => {
  const points = nights.flatMap((night) => {
    const value = numberOf(night, metric);
    return value === null ? [] : [{ ago: daysBetween(night.date, to), value }];
  });
  /** Averages the days that are at least `first` and less than `next` days before `to`. */
  const meanOf = (first: number, next: number, fewest: number): number | null => {
    const values = points.filter(({ ago }) => ago >= first && ago < next).map(({ value }) => value);
    return values.length < fewest ? null : mean(values);
  };
  const days = from === undefined ? SLOPE_DAYS : Math.min(daysBetween(from, to) + 1, MOST_SLOPE_DAYS);
  const recent = points.filter(({ ago }) => ago >= 0 && ago < days);
  const xs = recent.map(({ ago }) => -ago);
  const ys = recent.map(({ value }) => value);
  const slope = slopeOf(xs, ys);
  const mean_7 = meanOf(0, WEEK.days, WEEK.fewest);
  const baseline = meanOf(WEEK.days, WEEK.days + BASELINE_DAYS, FEWEST_FOR_BASELINE);
  return {
    metric,
    n: recent.length,
    mean_7,
    mean_28: meanOf(0, FOUR_WEEKS.days, FOUR_WEEKS.fewest),
    slope_per_day: slope?.slope ?? null,
    slope_ci: slope ? [slope.low, slope.high] : null,
    baseline,
    change: mean_7 === null || baseline === null ? null : mean_7 - baseline,
  };
};

/**
 * Computes the trend of each metric up to the day `to`.
 * @param nights in order of date, including those before `from`, which baseline and means need
 */
export const trends = (nights: readonly DatedNight[], range: { from: Day | undefined; to: Day }): Trend[] => {
  const reach = Math.max(MOST_SLOPE_DAYS, WEEK.days + BASELINE_DAYS);
  const earliest = addDays(range.to, 1 - reach);
  const recent = nights.filter(({ date }) => date >= earliest && date <= range.to);
  return METRIC_NAMES.map((metric) => trendOf(metric, recent, range));
};
