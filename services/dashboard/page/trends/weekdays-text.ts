import type { RangesAnswer } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** With fewer nights of a weekday, its median says little. */
const FEWEST_NIGHTS = 4;

/** The weekdays with the highest and the lowest median, in a sentence. @param answer grouped by weekday, from Monday */
export const weekdaysText = (
  { groups }: Pick<RangesAnswer, 'groups'>,
  view: Pick<MetricView, 'metric' | 'label' | 'show'>,
): string => {
  const known = groups.flatMap(({ metrics, nights }, weekday) => {
    const [, median] = metrics[view.metric] ?? [];
    return median === undefined ? [] : [{ name: WEEKDAYS[weekday], median, nights }];
  });
  const sorted = known.toSorted((one, other) => one.median - other.median);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (!lowest || !highest) return `${view.label}: Oura has no value for these nights.`;
  if (known.length < WEEKDAYS.length || known.some(({ nights }) => nights < FEWEST_NIGHTS))
    return `Too few nights to compare weekdays: each needs ${FEWEST_NIGHTS}.`;
  if (lowest.median === highest.median) return 'The same median on every weekday.';
  return `Highest on ${highest.name}s (median ${view.show(highest.median)}), lowest on ${lowest.name}s (${view.show(lowest.median)}).`;
};
