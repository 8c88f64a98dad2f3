import { METRIC_VALUES, type MetricValues } from '../../../shared/core/metric-values.ts';
import type { Metric } from '../../../shared/core/metrics.ts';
import { weekdayOf } from '../statistics/day-number.ts';
import { type CentreAndSpread, centreAndSpread } from '../statistics/robust.ts';
import { SortedValues } from '../statistics/sorted-values.ts';

// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { ceil, expm1, log1p, max, min, sqrt } = Math;

/** What is usual comes from the eight weeks before a night, so each weekday occurs eight times. */
export const PAST_DAYS = 56;
/** How many values a centre needs, and how many of its errors a spread: nothing is unusual in the first four weeks. */
const FEWEST = { values: 14, errors: 14 };
/** A night is compared only if at least so many came before it. */
export const NIGHTS_TO_KNOW_USUAL = FEWEST.values + FEWEST.errors;
/** Half a year. */
const ERRORS = 180;
const FEWEST_OF_WEEKDAY = 3;
/** The standard error of a median relative to that of a mean: √(π / 2). */
const MEDIAN_ERROR = 1.2533;
/** Half the width of the usual range, in spreads. One normal night in 20 is outside. */
export const USUAL_SPREADS = 2;
/**
 * The degrees of freedom of a spread, per error. A median absolute deviation has 37 % of those of a standard deviation; this is
 * less, because a night resembles the one before it.
 */
const FREEDOM = 0.25;

/** A known value of a metric. */
export interface Point {
  /** Position of the night in the history. */
  readonly at: number;
  /** Day number. */
  readonly day: number;
  /** On the scale of {@link scaleOf}. */
  readonly scaled: number;
  /** The smallest meaningful difference on that scale. */
  readonly resolution: number;
}

/** What is usual for a metric on one night, on the scale of {@link scaleOf}. */
export interface Usual {
  readonly centre: number;
  readonly spread: number;
  /** The number of errors that the spread comes from. */
  readonly errors: number;
}

/** The scale for calculations: logarithmic if a metric varies by ratios. Adds 1 because a latency or an index can be 0. */
const scaleOf = ({ byRatio }: MetricValues) =>
  byRatio
    ? { to: (value: number) => log1p(max(0, value)), back: (value: number) => expm1(value) }
    : { to: (value: number) => value, back: (value: number) => value };

/** Places a value of a metric on the scale for calculations. */
export const pointOf = (metric: Metric, at: number, day: number, value: number): Point => {
  const { to } = scaleOf(METRIC_VALUES[metric]);
  const scaled = to(value);
  return { at, day, scaled, resolution: to(value + METRIC_VALUES[metric].resolution) - scaled };
};

const clampTo = (value: number, [low, high]: readonly [number, number]): number => min(high, max(low, value));

/** Returns the usual range in the metric's unit: the centre ± 2 spreads, within the possible values. */
export const usualRange = (metric: Metric, { centre, spread }: Usual): readonly [number, number] => {
  const values = METRIC_VALUES[metric];
  const { back } = scaleOf(values);
  return [
    clampTo(back(centre - USUAL_SPREADS * spread), values.bounds),
    clampTo(back(centre + USUAL_SPREADS * spread), values.bounds),
  ];
};

/**
 * Returns how far a point is from the centre as a normal deviate: the deviation in spreads is one of Student's t, because the
 * spread comes from few nights. Conversion of Wallace (1959), Ann. Math. Stat. 30, 1121-1130.
 */
export const deviateOf = ({ scaled }: Point, { centre, spread, errors }: Usual): number => {
  const freedom = FREEDOM * errors;
  const t = (scaled - centre) / spread;
  const size = ((8 * freedom + 1) / (8 * freedom + 3)) * sqrt(freedom * log1p(t ** 2 / freedom));
  return t < 0 ? -size : size;
};

/**
 * Estimates how much a weekday differs from the level: the median of the deviations of its nights, shrunk by
 * 1 - error² / median² (James and Stein 1961). The result is 0 if chance explains the difference.
 * @param sorted the values of the weekday
 * @param spread standard deviation of all nights
 */
const shiftOf = (sorted: SortedValues, { centre, spread }: CentreAndSpread): number => {
  if (sorted.length < FEWEST_OF_WEEKDAY) return 0;
  const shift = centreAndSpread(sorted).centre - centre;
  const error = (MEDIAN_ERROR * spread) ** 2 / sorted.length;
  return shift ** 2 <= error ? 0 : shift * (1 - error / shift ** 2);
};

/** The values of a metric in the eight weeks before a night: all of them, and those of each weekday. */
class Past {
  private readonly all = new SortedValues(PAST_DAYS);
  private readonly weekdays = Array.from({ length: 7 }, () => new SortedValues(ceil(PAST_DAYS / 7)));
  private readonly points: Point[] = [];
  private first = 0;

  add(point: Point): void {
    this.points.push(point);
    this.all.add(point.scaled);
    this.weekdays[weekdayOf(point.day)]?.add(point.scaled);
  }

  /** Forgets the values before `day`. */
  forgetBefore(day: number): void {
    for (let oldest = this.points[this.first]; oldest && oldest.day < day; oldest = this.points[this.first]) {
      this.all.remove(oldest.scaled);
      this.weekdays[weekdayOf(oldest.day)]?.remove(oldest.scaled);
      this.first += 1;
    }
  }

  /** Returns the median plus the shift of the weekday; `undefined` with fewer than 14 values. */
  centreOn(day: number): number | undefined {
    if (this.all.length < FEWEST.values) return undefined;
    const level = centreAndSpread(this.all);
    const ofWeekday = this.weekdays[weekdayOf(day)];
    return level.centre + (ofWeekday ? shiftOf(ofWeekday, level) : 0);
  }
}

/** The last errors of the centres as predictions of the next night. */
class Errors {
  private readonly sorted = new SortedValues(ERRORS);
  private readonly all: number[] = [];

  add(error: number): void {
    this.all.push(error);
    this.sorted.add(error);
    const left = this.all[this.all.length - ERRORS - 1];
    if (left !== undefined) this.sorted.remove(left);
  }

  get count(): number {
    return this.sorted.length;
  }

  /** Returns the median absolute error, scaled to a standard deviation; `undefined` with fewer than 14 errors. */
  spread(): number | undefined {
    return this.sorted.length < FEWEST.errors ? undefined : centreAndSpread(this.sorted).spread;
  }
}

/**
 * Computes what was usual for a metric before each of its nights, from the nights before it only. The centre is the median of
 * the eight weeks, plus the shift of the weekday. The spread is that of the errors of such centres on the last 180 nights, so it
 * includes the error of the centre itself; at least the resolution of the metric.
 * @param points in order of day
 * @param newLevels day numbers of the first nights at a new level, in order: earlier nights do not count for the centre
 */
export const usualBefore = (
  points: readonly Point[],
  newLevels: readonly number[],
): (Usual | undefined)[] => {
  const past = new Past();
  const errors = new Errors();
  let level = 0;
  return points.map((point) => {
    while ((newLevels[level] ?? Number.POSITIVE_INFINITY) <= point.day) level += 1;
    past.forgetBefore(max(point.day - PAST_DAYS, newLevels[level - 1] ?? Number.NEGATIVE_INFINITY));
    const centre = past.centreOn(point.day);
    const spread = errors.spread();
    past.add(point);
    if (centre === undefined) return undefined;
    errors.add(point.scaled - centre);
    return spread === undefined
      ? undefined
      : { centre, spread: max(point.resolution, spread), errors: errors.count };
  });
};
