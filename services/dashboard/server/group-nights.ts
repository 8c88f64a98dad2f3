import { quantileSorted } from 'simple-statistics';
import { addDays, type Day, daysBetween, earlierDay, laterDay } from '../../../shared/core/day.ts';
import { METRIC_NAMES, type Metric } from '../../../shared/core/metrics.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import { numberOf } from '../../insights/features/metric-values.ts';
import { dayNumberOf, weekdayOf } from '../../insights/statistics/day-number.ts';
import { slopeOf } from '../../insights/trends.ts';
import type { Grain, MetricSummary, NightGroup, Quartiles, Summaries } from './api.ts';

/** The metrics of a stored night. */
export type DatedMetrics = NightMetrics & { readonly date: Day };

/** More nights than this have less than 5 pixels each in a chart on half of a large screen. */
const MOST_NIGHTS = 120;
/** Two years. More weeks than this would again be too many. */
const MOST_DAYS_BY_WEEK = 2 * 366;

/** A range, both days included. */
interface Days {
  readonly from: Day;
  readonly to: Day;
}

/** How to group the nights of a range. */
export const grainOf = ({ from, to }: Days): Grain => {
  const days = daysBetween(from, to) + 1;
  if (days <= MOST_NIGHTS) return 'night';
  return days <= MOST_DAYS_BY_WEEK ? 'week' : 'month';
};

/** Days since Monday. */
const afterMonday = (day: Day): number => (weekdayOf(dayNumberOf(day)) + 3) % 7;

/** The first day of the group of `day`, which names the group. */
const groupOf: Readonly<Record<Grain | 'weekday', (day: Day, range: Days) => Day>> = {
  night: (day) => day,
  week: (day) => addDays(day, -afterMonday(day)),
  month: (day) => `${day.slice(0, 8)}01`,
  // The first such weekday of the range.
  weekday: (day, { from }) => addDays(from, (afterMonday(day) - afterMonday(from) + 7) % 7),
};

/** The first day after a group that begins on `start`. */
const nextOf = (start: Day, by: Grain | 'weekday'): Day => {
  if (by === 'week') return addDays(start, 7);
  return by === 'month' ? `${addDays(start, 31).slice(0, 8)}01` : addDays(start, 1);
};

/** Every group of the range in order of its start, also those without a night. */
const startsIn = (range: Days, by: Grain | 'weekday'): Day[] => {
  const last = by === 'weekday' ? earlierDay(range.to, addDays(range.from, 6)) : range.to;
  const starts: Day[] = [];
  for (let start = groupOf[by](range.from, range); start <= last; start = nextOf(start, by))
    starts.push(start);
  return by === 'weekday' ? starts.sort((one, other) => afterMonday(one) - afterMonday(other)) : starts;
};

const valuesOf = (nights: readonly DatedMetrics[], metric: Metric): number[] =>
  nights.flatMap((night) => numberOf(night, metric) ?? []).sort((one, other) => one - other);

const quartilesOf = (sorted: number[]): Quartiles | null => {
  if (sorted.length === 0) return null;
  const at = (share: number): number => quantileSorted(sorted, share);
  return [at(0.25), at(0.5), at(0.75)];
};

const byMetric = <Value>(of: (metric: Metric) => Value): Readonly<Record<Metric, Value>> =>
  Object.fromEntries(METRIC_NAMES.map((metric) => [metric, of(metric)])) as Record<Metric, Value>;

/**
 * Groups the nights of a range: by calendar week (from Monday), by calendar month, or by the weekday of waking up (Monday
 * first). The first and last group may be cut off by the range.
 * @param nights in any order; those outside of the range are ignored
 */
export const groupNights = (
  nights: readonly DatedMetrics[],
  range: Days,
  by: Grain | 'weekday',
): NightGroup[] => {
  const groups = new Map<Day, DatedMetrics[]>(startsIn(range, by).map((start) => [start, []]));
  for (const night of nights) {
    if (night.date < range.from || night.date > range.to) continue;
    groups.get(groupOf[by](night.date, range))?.push(night);
  }
  return [...groups].map(([start, members]) => ({
    from: laterDay(start, range.from),
    to: by === 'weekday' ? start : earlierDay(addDays(nextOf(start, by), -1), range.to),
    nights: members.length,
    metrics: byMetric((metric) => quartilesOf(valuesOf(members, metric))),
  }));
};

const directionOf = (low: number, high: number): MetricSummary['direction'] =>
  low > 0 ? 'rising' : high < 0 ? 'falling' : 'unclear';

/** The middle of a group, in days. */
const middleOf = ({ from, to }: NightGroup, start: Day): number =>
  (daysBetween(start, from) + daysBetween(start, to)) / 2;

/**
 * Summarizes each metric over a range. The change is the slope of the insights' trends (Theil–Sen) over the nights, or over the
 * medians of weeks or months, from the first to the last one with a value. It has a direction if its 95 % interval excludes 0.
 * @param groups the groups that {@link grainOf} names for the range
 */
export const summariesOf = (
  nights: readonly DatedMetrics[],
  range: Days,
  groups = groupNights(nights, range, grainOf(range)),
): Summaries => {
  const inRange = nights.filter(({ date }) => date >= range.from && date <= range.to);
  return byMetric((metric): MetricSummary => {
    const values = valuesOf(inRange, metric);
    const points = groups.flatMap((group) => {
      const [, median] = group.metrics[metric] ?? [];
      return median === undefined ? [] : [{ x: middleOf(group, range.from), median }];
    });
    const slope = slopeOf(
      points.map(({ x }) => x),
      points.map(({ median }) => median),
    );
    return {
      nights: values.length,
      quartiles: quartilesOf(values),
      ...(slope === undefined
        ? { change: null, direction: 'unknown' }
        : {
            change: slope.slope * ((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)),
            direction: directionOf(slope.low, slope.high),
          }),
    };
  });
};
