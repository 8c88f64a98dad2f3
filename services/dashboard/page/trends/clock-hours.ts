import type { PlotOptions } from '@observablehq/plot';
import type { Day } from '../../../../shared/core/day.ts';
import { METRICS } from '../../../../shared/core/metrics.ts';
import { dayDate } from '../format.ts';
import { hourText, shown } from '../units.ts';

const HOUR_MS = 3_600_000;

/** The wall-clock hours from the first midnight of `date`: 22:30 the evening before is -1.5. @param instant ISO 8601 with offset */
export const hoursAfter = (date: Day, instant: string): number =>
  (Date.parse(`${instant.slice(0, 19)}Z`) - dayDate(date).getTime()) / HOUR_MS;

/** More ticks than this would touch each other. */
const MOST_TICKS = 8;

const STEPS = [0.25, 0.5, 1, 2, 3, 4, 6, 12];

/** Round times for an axis that has all `hours`: a quarter of an hour to half a day apart, or some days. */
export const hourTicks = (hours: readonly number[]): number[] => {
  const [low, high] = [Math.min(...hours), Math.max(...hours)];
  const least = (high - low) / MOST_TICKS;
  const step = STEPS.find((hour) => hour >= least) ?? 24 * Math.ceil(least / 24);
  const first = Math.ceil(low / step) * step;
  const count = hours.length === 0 ? 0 : Math.floor((high - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => first + at * step);
};

/** The name of a tick: a full hour, or hours and minutes. */
export const tickText = (hours: number): string =>
  Number.isInteger(hours) ? hourText(hours) : shown(METRICS.bedtime_start).format(hours * 60);

/** The height, the margins and the axis of the hours of a chart of bedtimes, the evening on top. @param hours all that it shows */
export const bedtimesFrame = (hours: readonly number[]): PlotOptions => ({
  height: 220,
  marginLeft: 44,
  marginRight: 10,
  y: {
    label: null,
    reverse: true,
    ticks: hourTicks(hours),
    tickFormat: tickText,
    grid: true,
    tickSize: 0,
  },
});
