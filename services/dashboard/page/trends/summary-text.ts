import { plural } from '../../../../shared/core/text.ts';
import type { Grain, MetricSummary } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';

/** The groups whose medians a change is computed from. */
const GROUPS: Readonly<Record<Grain, string>> = { night: 'nights', week: 'weeks', month: 'months' };

/** How a metric changed, as a sentence. */
export const changeText = (
  { change, direction }: Pick<MetricSummary, 'change' | 'direction'>,
  grain: Grain,
  amount: (change: number) => string,
): string => {
  if (change === null) return `Too few ${GROUPS[grain]} to show a change.`;
  if (direction === 'rising') return `Rising, by about ${amount(change)}.`;
  if (direction === 'falling') return `Falling, by about ${amount(change)}.`;
  return 'No clear change.';
};

/** The chart of a metric in one or two sentences. */
export const summaryText = (view: MetricView, summary: MetricSummary, grain: Grain): string => {
  const { nights, quartiles } = summary;
  if (quartiles === null) return `${view.label}: Oura has no value for these nights.`;
  const [low, median, high] = quartiles;
  if (nights === 1) return `${view.show(median)} in the only night with a value.`;
  const half = low === high ? '' : `, half of them ${view.range(low, high)}`;
  return `Median ${view.show(median)} in ${plural(nights, 'night')}${half}. ${changeText(summary, grain, view.amount)}`;
};
