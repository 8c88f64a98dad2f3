import type { NightAnswer } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';

/** The typical range on the date; undefined if too few nights are stored before it. */
export const usualOf = (
  trends: NightAnswer['trends'],
  { metric }: MetricView,
): [number, number] | undefined => {
  const [trend] = trends[metric];
  return trend && trend.low !== null && trend.high !== null ? [trend.low, trend.high] : undefined;
};

/** Whether a value is outside what is typical, as far as the shown digits say. */
export const whereIs = (
  { show }: Pick<MetricView, 'show'>,
  value: number,
  [low, high]: readonly [number, number],
): 'below' | 'within' | 'above' => {
  if (value < low && show(value) !== show(low)) return 'below';
  return value > high && show(value) !== show(high) ? 'above' : 'within';
};
