import { METRICS } from '../../../../shared/core/metrics.ts';
import { capitalized } from '../../../../shared/core/text.ts';
import type { Grain, MetricSummary, Summaries } from '../../server/api.ts';
import { amountText, shown } from '../units.ts';
import { changeText } from './summary-text.ts';

/** The times in bed in one or two sentences. */
export const bedtimesText = ({ bedtime_start, bedtime_end }: Summaries, grain: Grain): string => {
  if (bedtime_start.quartiles === null || bedtime_end.quartiles === null)
    return 'Bedtimes: Oura has no value for these nights.';
  const { format, difference } = shown(METRICS.bedtime_start);
  const times = `in bed at ${format(bedtime_start.quartiles[1])}, up at ${format(bedtime_end.quartiles[1])}`;
  if (bedtime_start.nights === 1) return `${capitalized(times)} in the only night with a bedtime.`;
  const usual = `Usually ${times}.`;
  const moved = (name: string, { change, direction }: MetricSummary): string[] => {
    if (change === null || direction === 'unclear') return [];
    return [
      `${name} ${direction === 'rising' ? 'later' : 'earlier'} by about ${amountText(change, difference)}.`,
    ];
  };
  const changes = [...moved('Bedtime', bedtime_start), ...moved('Wake-up', bedtime_end)];
  return [usual, ...(changes.length > 0 ? changes : [changeText(bedtime_start, grain, String)])].join(' ');
};
