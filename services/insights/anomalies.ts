import { type Day, daysBetween } from '../../shared/core/day.ts';
import { METRIC_NAMES, type Metric } from '../../shared/core/sleep-record.ts';
import { dayNumberOf, weekdayOf } from './day-number.ts';
import { type DatedNight, METRIC_VALUES, type MetricValues, numberOf } from './metric-values.ts';
import { centreAndSpread } from './statistics/robust.ts';

/** What is usual is taken from the eight weeks before the night: each weekday comes eight times. */
export const PAST_DAYS = 56;
/** Three weeks: with fewer, nothing tells a late Saturday from a late night. */
const FEWEST_NIGHTS = 21;
const FEWEST_OF_WEEKDAY = 3;
/** The standard error of a median, in those of a mean: √(π / 2). */
const MEDIAN_ERROR = 1.2533;
/** How many standard deviations are usual: one normal night in 370 lies beyond. Leys et al. (2013), J. Exp. Soc. Psychol. 49, 764-766. */
const USUAL_DEVIATIONS = 3;
/** Nights with one missing between them still follow each other. */
const MOST_DAYS_APART = 2;

/** A night on which a metric lay outside what is usual for the person. Values as in Trend. */
export interface Anomaly {
  readonly date: Day;
  readonly metric: Metric;
  readonly value: number;
  readonly expected: readonly [number, number];
  readonly reason: string;
}

/** Nights in a row on which a metric was out of the usual on the same side. */
export type Episode = readonly [Anomaly, ...Anomaly[]];

interface Point {
  readonly date: Day;
  readonly day: number;
  readonly value: number;
  /** What counts with, see {@link scaleOf}. */
  readonly scaled: number;
}

/** What counts with: the logarithm where a metric varies by ratios. 1 is added, since a latency or an index can be 0. */
const scaleOf = ({ byRatio }: MetricValues) =>
  byRatio
    ? { to: (value: number) => Math.log1p(Math.max(0, value)), back: (value: number) => Math.expm1(value) }
    : { to: (value: number) => value, back: (value: number) => value };

const clampTo = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, value));

/**
 * How a weekday differs from the level, by the `sorted` deviations of its nights but the one at `leftOut`: their median, less
 * the share of it that chance explains, 1 - error² / median² (James and Stein 1961). A weekday like the others does not differ.
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
 * What is usual on the weekday of `day`, from the points before it: their median and how the weekday differs, ± 3 scaled median
 * absolute deviations; at least ± 3 times the metric's resolution. Undefined with fewer than 21 points.
 *
 * Each night deviates from its weekday as the others of that weekday tell it: nights fit what is made of themselves too well,
 * and the range would be too narrow for the next one. For the same reason, and since a deviation estimated from few nights is
 * often too small, it is widened by 6 / n. So of independent normal nights 0.2 to 0.7 % are outside (56 to 21 nights, by simulation).
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
  const { label, format, suffix } = METRIC_VALUES[metric];
  // Rounded apart, so that a value just outside does not read as one on the edge.
  const shown = format(value, value < low ? Math.floor : Math.ceil);
  const range = [format(low, Math.ceil), format(high, Math.floor)];
  // A dash before a minus cannot be read.
  const usual = range.join(range.some((end) => end.startsWith('−')) ? ' to ' : '–');
  return `${label} ${shown}${suffix}, usual ${usual}`;
};

const follows = (one: Anomaly, next: Anomaly): boolean =>
  one.value < one.expected[0] === next.value < next.expected[0] &&
  daysBetween(one.date, next.date) <= MOST_DAYS_APART;

/** The nights of one metric that lie outside, joined where they follow each other on the same side and none between was usual. */
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

/** The first night of an episode says how it is; those after it which night in a row they are. */
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
 * The nights from `from` to `to` that lie outside what was usual before them, as episodes by their first date. Only what
 * lies before a night says what is usual on it.
 * @param nights by date, those before `from` too
 */
export const anomalousEpisodes = (
  nights: readonly DatedNight[],
  { from, to }: { from: Day; to: Day },
): Episode[] =>
  METRIC_NAMES.flatMap((metric) => episodesOf(metric, nights, from, to).map(numbered)).sort(
    ([one], [other]) => one.date.localeCompare(other.date),
  );
