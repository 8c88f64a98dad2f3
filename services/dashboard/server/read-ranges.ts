import { type DayRange, earlierDay, laterDay } from '../../../shared/core/day.ts';
import type { Measures } from '../../insights/measures/measures.ts';
import type { RangesAnswer, RegularityAnswer } from './api.ts';
import { type DatedMetrics, grainOf, groupNights, summariesOf } from './group-nights.ts';

/**
 * The groups of a range that fits the stored nights: it begins and ends with one.
 * @param nights all stored nights, in order of date
 * @param by by default as the length of the range needs it
 * @returns null if no night is in the range
 */
export const rangesOf = (
  nights: readonly DatedMetrics[],
  { from, to, by }: DayRange & { readonly by?: RangesAnswer['by'] | undefined },
): RangesAnswer | null => {
  const [oldest, newest] = [nights[0], nights.at(-1)];
  if (!oldest || !newest) return null;
  const range = {
    from: laterDay(from ?? oldest.date, oldest.date),
    to: earlierDay(to ?? newest.date, newest.date),
  };
  if (range.from > range.to) return null;
  const grain = grainOf(range);
  const inRange = nights.filter(({ date }) => date >= range.from && date <= range.to);
  const groups = groupNights(inRange, range, grain);
  return {
    ...range,
    by: by ?? grain,
    nights: inRange.length,
    groups: by === undefined || by === grain ? groups : groupNights(inRange, range, by),
    summaries: summariesOf(inRange, range, groups),
  };
};

/** The measures of when a person sleeps, of the weeks that end in the range. */
export const regularityOf = ({ weeks }: Measures, { from, to }: DayRange): RegularityAnswer => ({
  weeks: weeks
    .filter(({ date }) => !(from && date < from) && !(to && date > to))
    .map(({ date, midsleep, social_jetlag, sleep_regularity }) => ({
      ...{ date, midsleep, social_jetlag, sleep_regularity },
    })),
});
