import type { RangesAnswer, TrendMetric } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';

/** The median of a month, 0 for January. */
export interface MonthMedian {
  readonly year: number;
  readonly month: number;
  readonly median: number;
}

/** The months that have a value. @param answer grouped by month */
export const monthsOf = ({ groups }: Pick<RangesAnswer, 'groups'>, metric: TrendMetric): MonthMedian[] =>
  groups.flatMap(({ from, metrics }) => {
    const [, median] = metrics[metric] ?? [];
    const [year, month] = from.split('-').map(Number);
    return median === undefined || year === undefined || month === undefined
      ? []
      : [{ year, month: month - 1, median }];
  });

/** Compares the newest year with the one before, in the months that both have, in a sentence. */
export const yearsText = (
  answer: Pick<RangesAnswer, 'groups'>,
  view: Pick<MetricView, 'metric' | 'label' | 'amount'>,
): string => {
  const months = monthsOf(answer, view.metric);
  const newest = months.at(-1)?.year;
  if (newest === undefined) return `${view.label}: Oura has no value for any night.`;
  const before = new Map(
    months.filter(({ year }) => year === newest - 1).map(({ month, median }) => [month, median]),
  );
  const differences = months.flatMap(({ year, month, median }) => {
    const earlier = before.get(month);
    return year === newest && earlier !== undefined ? [median - earlier] : [];
  });
  if (differences.length === 0) return `No month has nights of both ${newest - 1} and ${newest}.`;
  const difference = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const where = differences.length === 1 ? 'month' : `${differences.length} months`;
  if (difference === 0) return `In the ${where} that both years have, ${newest} equals ${newest - 1}.`;
  return `In the ${where} that both years have, ${newest} is ${view.amount(difference)} ${difference > 0 ? 'higher' : 'lower'} than ${newest - 1}.`;
};
