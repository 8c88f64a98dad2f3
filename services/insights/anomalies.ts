import { type Day, daysBetween } from '../../shared/core/day.ts';
import { METRIC_NAMES, METRICS, type Metric, showEnds } from '../../shared/core/metrics.ts';
import { type DatedNight, METRIC_VALUES, type MetricValues, numberOf } from './features/metric-values.ts';
import { dayNumberOf, weekdayOf } from './statistics/day-number.ts';
import { centreAndSpread } from './statistics/robust.ts';

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
 * Estimates how much a weekday differs from the level: the median of the `sorted` deviations of its nights, without the one at
 * `leftOut`, shrunk by 1 - error² / median² (James and Stein 1961). The result is 0 if chance explains the difference.
 * @param spread standard deviation of all nights
 */
const shiftOf = (sorted: Float64Array, spread: number, leftOut = sorted.length): number => {
  const count = leftOut < sorted.length ? sorted.length - 1 : sorted.length;
  if (count < FEWEST_OF_WEEKDAY) return 0;
  const at = (place: number): number => sorted[place < leftOut ? place : place + 1] ?? 0;
  const middle = (at((count - 1) >> 1) + at(count >> 1)) / 2;
  const error = (MEDIAN_ERROR * spread) ** 2 / count;
  return middle ** 2 <= error ? 0 : middle * (1 - error / middle ** 2);
};

/**
 * Computes the usual range on the weekday of `day` from the points before it: their median plus the shift of the weekday,
 * ± 3 scaled median absolute deviations, and at least ± 3 times the metric's resolution. `undefined` with fewer than 21 points.
 *
 * The deviation of each night is measured from the shift of the other nights of its weekday. Including the night itself would
 * make the deviations, and so the range, too small. A spread estimated from few nights is also often too small, so it is
 * widened by 6 / n. By simulation, 0.2 to 0.7 % of independent normal nights are outside (56 to 21 nights).
 */
const usualOn = (
  day: number,
  past: readonly Point[],
  values: MetricValues,
): readonly [number, number] | undefined => {
  if (past.length < FEWEST_NIGHTS) return undefined;
  const { back } = scaleOf(values);
  const { centre: level, spread: around } = centreAndSpread(past.map((point) => point.scaled));
  const weekdays: number[][] = [[], [], [], [], [], [], []];
  for (const point of past) weekdays[weekdayOf(point.day)]?.push(point.scaled - level);
  const deviations: number[] = [];
  let shift = 0;
  for (const [weekday, unsorted] of weekdays.entries()) {
    const sorted = new Float64Array(unsorted).sort();
    if (weekday === weekdayOf(day)) shift = shiftOf(sorted, around);
    for (let at = 0; at < sorted.length; at += 1)
      deviations.push((sorted[at] ?? 0) - shiftOf(sorted, around, at));
  }
  const centre = level + shift;
  const spread = centreAndSpread(deviations).spread * (1 + 6 / past.length);
  const least = USUAL_DEVIATIONS * values.resolution;
  return [
    clampTo(Math.min(back(centre - USUAL_DEVIATIONS * spread), back(centre) - least), values.bounds),
    clampTo(Math.max(back(centre + USUAL_DEVIATIONS * spread), back(centre) + least), values.bounds),
  ];
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
const episodesOf = (metric: Metric, nights: readonly DatedNight[], from: Day, to: Day): Episode[] => {
  const scale = scaleOf(METRIC_VALUES[metric]);
  const points = nights.flatMap((night): Point[] => {
    const value = numberOf(night, metric);
    if (value === null) return [];
    return [{ date: night.date, day: dayNumberOf(night.date), value, scaled: scale.to(value) }];
  });
  const episodes: [Anomaly, ...Anomaly[]][] = [];
  let last: Anomaly | undefined;
  let first = 0;
  for (const [at, { date, day, value }] of points.entries()) {
    while ((points[first]?.day ?? day) < day - PAST_DAYS) first += 1;
    if (date < from || date > to) continue;
    const expected = usualOn(day, points.slice(first, at), METRIC_VALUES[metric]);
    const outside = expected !== undefined && (value < expected[0] || value > expected[1]);
    const anomaly = outside
      ? { date, metric, value, expected, reason: reasonOf(metric, value, expected) }
      : undefined;
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
): Episode[] =>
  METRIC_NAMES.flatMap((metric) => episodesOf(metric, nights, from, to).map(numbered)).sort(
    ([one], [other]) => one.date.localeCompare(other.date),
  );
