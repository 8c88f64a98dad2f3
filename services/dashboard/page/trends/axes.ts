import type { PlotOptions, ScaleOptions } from '@observablehq/plot';
import { type Day, daysBetween, daysFrom, MS_PER_DAY } from '../../../../shared/core/day.ts';
import { METRIC_VALUES } from '../../../../shared/core/metric-values.ts';
import { dayDate } from '../format.ts';
import type { MetricView } from '../metrics.ts';

/** An axis spans at least so many of the smallest differences that mean something, so that noise does not fill it. */
const LEAST_DIFFERENCES = 4;

/**
 * The ends of an axis that has all `values`. Equal values are in its middle, unless the metric has no values beyond them.
 * @param least the least span
 * @param bounds of possible values
 * @returns undefined without values
 */
export const domainOf = (
  values: readonly number[],
  least: number,
  [lowest, highest]: readonly [number, number],
): [number, number] | undefined => {
  if (values.length === 0) return undefined;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = Math.max(0, (least - (high - low)) / 2);
  const [below, above] = [Math.max(lowest, low - more), Math.min(highest, high + more)];
  // What a bound cuts off is added on the other side.
  return [
    Math.max(lowest, Math.min(below, above - least)),
    Math.min(highest, Math.max(above, below + least)),
  ];
};

/** The ends of the axis of a metric. @param values in the unit of the axis */
export const metricDomain = (
  { metric, axis }: Pick<MetricView, 'metric' | 'axis'>,
  values: readonly number[],
): [number, number] | undefined => {
  const { resolution, bounds } = METRIC_VALUES[metric];
  const [low, high] = bounds;
  return domainOf(values, LEAST_DIFFERENCES * axis(resolution), [axis(low), axis(high)]);
};

/** The height, the margins and the axis of the values of a chart of one metric. @param values in the unit of the axis */
export const metricFrame = (
  view: Pick<MetricView, 'metric' | 'axis'>,
  values: readonly number[],
): PlotOptions => {
  const domain = metricDomain(view, values);
  return {
    height: 190,
    marginLeft: 34,
    marginRight: 10,
    y: { label: null, ticks: 4, nice: true, grid: true, tickSize: 0, ...(domain && { domain }) },
  };
};

/** Half of the widest bar, in pixels. */
const WIDEST_BAR = 32;

/** Where a bar of a night is on the axis: `half` days on each side of the middle. */
export const barEdges = (date: Day, half: number): { readonly x1: Date; readonly x2: Date } => {
  const middle = dayDate(date).getTime();
  return { x1: new Date(middle - half * MS_PER_DAY), x2: new Date(middle + half * MS_PER_DAY) };
};

/** The start and the end of a day on the axis, which has its night in the middle. */
const edgesOf = (first: Day, last: Day): [Date, Date] => [barEdges(first, 0.5).x1, barEdges(last, 0.5).x2];

/** The middle of the days from `first` to `last` on the axis. */
export const middleOf = (first: Day, last: Day): Date =>
  new Date((dayDate(first).getTime() + dayDate(last).getTime()) / 2);

/** The room that the name of a day needs, in pixels. */
const TICK_WIDTH = 64;

/**
 * The axis of days. With few days, each has a tick if there is room for it: Plot would place ticks at hours.
 * @param width of the chart in pixels
 */
export const daysAxis = ({ from, to }: { from: Day; to: Day }, width: number): ScaleOptions => {
  const most = Math.max(2, Math.floor(width / TICK_WIDTH));
  const days = daysBetween(from, to) + 1;
  const step = Math.ceil(days / most);
  return {
    type: 'utc',
    label: null,
    tickSize: 3,
    domain: edgesOf(from, to),
    ticks:
      step > 2
        ? most
        : daysFrom(from, to)
            .filter((_, index) => index % step === 0)
            .map(dayDate),
  };
};

/**
 * Half the width of a night's bar in days: `share` of its day, but with few nights not wider than a column.
 * @param width of the chart in pixels
 */
export const halfBar = (range: { from: Day; to: Day }, width: number, share: number): number =>
  Math.min(share, (WIDEST_BAR * (daysBetween(range.from, range.to) + 1)) / width);

/** Moves values up until no two are closer than `least`, so that their names do not overlap. */
export const apart = (values: readonly number[], least: number): number[] => {
  const moved = [...values];
  let lowest = Number.NEGATIVE_INFINITY;
  for (const [index, value] of [...values.entries()].sort(([, one], [, other]) => one - other)) {
    lowest = Math.max(value, lowest + least);
    moved[index] = lowest;
  }
  return moved;
};

/** The radius of a night's dot. @param width of the chart in pixels */
export const dotRadius = (days: number, width: number): number =>
  Math.max(1.6, Math.min(4.5, (0.4 * width) / days));
