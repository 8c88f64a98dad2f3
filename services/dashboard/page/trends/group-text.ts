import { plural } from '../../../../shared/core/text.ts';
import type { NightGroup, RangesAnswer } from '../../server/api.ts';
import { dayDate, showDay } from '../format.ts';
import type { MetricView } from '../metrics.ts';

const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });

const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long' });

/** The name of a group: `Week of Mon, 2 Mar 2026`, `March 2026`, `Mondays`. */
export const groupName = ({ from }: Pick<NightGroup, 'from'>, by: RangesAnswer['by']): string => {
  if (by === 'month') return month.format(dayDate(from));
  return by === 'weekday' ? `${weekday.format(dayDate(from))}s` : `Week of ${showDay(from)}`;
};

/** A metric of a group: its median, the quartiles, and how many nights the group has. */
export const groupTip = (view: MetricView, group: NightGroup, by: RangesAnswer['by']): string => {
  const quartiles = group.metrics[view.metric];
  return [
    groupName(group, by),
    quartiles === null
      ? `${view.label}: no value`
      : [
          `${view.label} ${view.show(quartiles[1])}`,
          `half of the nights ${view.range(quartiles[0], quartiles[2])}`,
        ],
    plural(group.nights, 'night'),
  ]
    .flat()
    .join('\n');
};
