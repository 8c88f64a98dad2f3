import { type Day, daysBetween } from '../../shared/core/day.ts';
import { METRIC_NAMES, METRICS, type Metric, showEnds } from '../../shared/core/metrics.ts';
import { type DatedNight, METRIC_VALUES, type MetricValues, numberOf } from './features/metric-values.ts';
import { dayNumberOf, weekdayOf } from './statistics/day-number.ts';
import { centreAndSpread } from './statistics/robust.ts';
import { SortedValues } from './statistics/sorted-values.ts';

/** The usual range comes from the eight weeks before a night, so each weekday occurs eight times. */
export const PAST_DAYS = 56;
/** Three weeks. With fewer nights, a late Saturday cannot be distinguished from a late night. */
const FEWEST_NIGHTS = 21;
const FEWEST_OF_WEEKDAY = 3;
/** The standard error of a median relative to that of a mean: √(π / 2). */
const MEDIAN_ERROR = 1.2533;
/** Width of the usual range: one normal night in 370 is outside. Leys et al. (2013), J. Exp. Soc. Psychol. 49, 764-766. */
const USUAL_DEVIATIONS = 3;
/** An episode continues over one missing night. */
const MOST_DAYS_APART = 2;

/** A night on which a metric was outside the person's usual range. Values as in Trend. */
export interface Anomaly {
  readonly date: Day;
  readonly metric: Metric;
  readonly value: number;
  readonly expected: readonly [number, number];
  readonly reason: string;
}

/** Consecutive nights on which a metric was outside its usual range on the same side. */
export type Episode = readonly [Anomaly, ...Anomaly[]];

interface NumberedNight {
  readonly night: DatedNight;
  readonly day: number;
}

interface Point {
  readonly date: Day;
  readonly day: number;
  readonly value: number;
  /** The value on the scale of {@link scaleOf}. */
  readonly scaled: number;
}

/** The scale for calculations: logarithmic if a metric varies by ratios. Adds 1 because a latency or an index can be 0. */
const scaleOf = ({ byRatio }: MetricValues) =>
  byRatio
    ? { to: (value: number) => Math.log1p(Math.max(0, value)), back: (value: number) => Math.expm1(value) }
    : { to: (value: number) => value, back: (value: number) => value };

const clampTo = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, value));

/**
 * Estimates how much a weekday differs from the level: the median of the deviations of its nights, without the one at `leftOut`,
 * shrunk by 1 - error² / median² (James and Stein 1961). The result is 0 if chance explains the difference.
 * @param sorted the values of the weekday
 * @param spread standard deviation of all nights
 */
const shiftOf = (
  sorted: SortedValues,
  { level, spread }: { level: number; spread: number },
  leftOut = sorted.length,
): number => {
  const count = leftOut < sorted.length ? sorted.length - 1 : sorted.length;
  if (count < FEWEST_OF_WEEKDAY) return 0;
  const [lower, upper] = [(count - 1) >> 1, count >> 1];
  const middle =
    (sorted.at(lower < leftOut ? lower : lower + 1) -
      level +
      (sorted.at(upper < leftOut ? upper : upper + 1) - level)) /
    2;
  const error = (MEDIAN_ERROR * spread) ** 2 / count;
  return middle ** 2 <= error ? 0 : middle * (1 - error / middle ** 2);
};

/** The points before a night, scaled and sorted: all of them, and those of each weekday. */
const createPast = () => {
  const all = new SortedValues(PAST_DAYS);
  const weekdays = Array.from({ length: 7 }, () => new SortedValues(Math.ceil(PAST_DAYS / 7)));
  return {
    all,
    weekdays,
    /** Scratch space of {@link exceededRange}. */
    deviations: new SortedValues(PAST_DAYS),
    add: ({ day, scaled }: Point): void => {
      all.add(scaled);
      weekdays[weekdayOf(day)]?.add(scaled);
    },
    remove: ({ day, scaled }: Point): void => {
      all.remove(scaled);
      weekdays[weekdayOf(day)]?.remove(scaled);
    },
  };
};

/**
 * Computes the usual range on the weekday of a point from the points before it: their median plus the shift of the weekday,
 * ± 3 scaled median absolute deviations, and at least ± 3 times the metric's resolution. `undefined` if the point is inside, or
 * has fewer than 21 points before it.
 *
 * The deviation of each night is measured from the shift of the other nights of its weekday. Including the night itself would
 * make the deviations, and so the range, too small. A spread estimated from few nights is also often too small, so it is
 * widened by 6 / n. By simulation, 0.2 to 0.7 % of independent normal nights are outside (56 to 21 nights).
 */
const exceededRange = (
  { day, value }: Point,
  { all, weekdays, deviations }: ReturnType<typeof createPast>,
  values: MetricValues,
): Anomaly['expected'] | undefined => {
  if (all.length < FEWEST_NIGHTS) return undefined;
  const { back } = scaleOf(values);
  const { centre: level, spread: around } = centreAndSpread(all);
  const ofAll = { level, spread: around };
  const ofWeekday = weekdays[weekdayOf(day)];
  const centre = level + (ofWeekday ? shiftOf(ofWeekday, ofAll) : 0);
  const least = USUAL_DEVIATIONS * values.resolution;
  const rangeOf = (spread: number): Anomaly['expected'] => [
    clampTo(Math.min(back(centre - USUAL_DEVIATIONS * spread), back(centre) - least), values.bounds),
    clampTo(Math.max(back(centre + USUAL_DEVIATIONS * spread), back(centre) + least), values.bounds),
  ];
  const exceeds = ([low, high]: Anomaly['expected']): boolean => value < low || value > high;
  // Half of the nights need no spread, which is most of the work.
  if (!exceeds(rangeOf(0))) return undefined;

  deviations.clear();
  for (const sorted of weekdays) {
    for (let at = 0; at < sorted.length; at += 1)
      deviations.add(sorted.at(at) - level - shiftOf(sorted, ofAll, at));
  }
  const range = rangeOf(centreAndSpread(deviations).spread * (1 + 6 / all.length));
  return exceeds(range) ? range : undefined;
};

const reasonOf = (metric: Metric, value: number, [low, high]: readonly [number, number]): string => {
  const { label, format, suffix } = METRICS[metric];
  // Rounds away from the range, so a value just outside does not read as inside.
  const shown = format(value, value < low ? Math.floor : Math.ceil);
  return `${label} ${shown}${suffix}, usual ${showEnds(metric, [low, high], [Math.ceil, Math.floor])}`;
};

const follows = (one: Anomaly, next: Anomaly): boolean =>
  one.value < one.expected[0] === next.value < next.expected[0] &&
  daysBetween(one.date, next.date) <= MOST_DAYS_APART;

/** Finds the nights of one metric outside the usual range. Joins consecutive ones on the same side. */
const episodesOf = (metric: Metric, nights: readonly NumberedNight[], from: Day, to: Day): Episode[] => {
  const scale = scaleOf(METRIC_VALUES[metric]);
  const points = nights.flatMap(({ night, day }): Point[] => {
    const value = numberOf(night, metric);
    return value === null ? [] : [{ date: night.date, day, value, scaled: scale.to(value) }];
  });
  const past = createPast();
  const episodes: [Anomaly, ...Anomaly[]][] = [];
  let last: Anomaly | undefined;
  let first = 0;
  for (const point of points) {
    const { date, day, value } = point;
    for (let oldest = points[first]; oldest && oldest.day < day - PAST_DAYS; oldest = points[first]) {
      past.remove(oldest);
      first += 1;
    }
    const isInRange = date >= from && date <= to;
    const expected = isInRange ? exceededRange(point, past, METRIC_VALUES[metric]) : undefined;
    past.add(point);
    if (!isInRange) continue;
    const anomaly = expected && { date, metric, value, expected, reason: reasonOf(metric, value, expected) };
    if (anomaly && last && follows(last, anomaly)) episodes.at(-1)?.push(anomaly);
    else if (anomaly) episodes.push([anomaly]);
    last = anomaly;
  }
  return episodes;
};

/** Adds the position in the episode to each reason. */
const numbered = (episode: Episode): Episode => {
  const [first, ...later] = episode;
  const rest = later.map((anomaly, index) => ({
    ...anomaly,
    reason: `${anomaly.reason}; night ${index + 2} of ${episode.length} in a row`,
  }));
  return later.length === 0
    ? episode
    : [{ ...first, reason: `${first.reason}; night 1 of ${episode.length} in a row` }, ...rest];
};

/**
 * Finds the nights from `from` to `to` outside their usual range, as episodes in order of their first date. The usual range of
 * a night depends only on earlier nights.
 * @param nights in order of date, including those before `from`
 */
export const anomalousEpisodes = (
  nights: readonly DatedNight[],
  { from, to }: { from: Day; to: Day },
): Episode[] => {
  const numberedNights = nights.map((night) => ({ night, day: dayNumberOf(night.date) }));
  return METRIC_NAMES.flatMap((metric) => episodesOf(metric, numberedNights, from, to).map(numbered)).sort(
    ([one], [other]) => one.date.localeCompare(other.date),
  );
};
