import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import { METRIC_VALUES } from '../../../shared/core/metric-values.ts';
import { isBedtime, METRIC_NAMES } from '../../../shared/core/metrics.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import { meanWhere, usualIn } from '../../insights/features/past-values.ts';
import { PAST_DAYS } from '../../insights/rare-nights/usual-range.ts';
import { WEEK } from '../../insights/trends.ts';
import type { TrendMetric, TrendRow, Trends } from './api.ts';

const TREND_METRICS = METRIC_NAMES.filter((name) => !isBedtime(name));

const bandOf = (
  before: readonly (number | null)[],
  [least, most]: readonly [number, number],
): Pick<TrendRow, 'low' | 'high'> => {
  const usual = usualIn(before);
  if (usual === undefined) return { low: null, high: null };
  const { centre, spread } = usual;
  return { low: Math.max(least, centre - spread), high: Math.min(most, centre + spread) };
};

/**
 * Computes for each day from `from` to `to` the mean of the week that ends with it, and the typical range: median ± one robust
 * standard deviation of the eight weeks before it, which holds two of three nights. Later nights do not count. A night is
 * rare for all its metrics together (rare-nights.ts).
 * @param nights by date, including the eight weeks before `from`
 */
export const trendsOf = (nights: ReadonlyMap<Day, NightMetrics>, from: Day, to: Day): Trends => {
  const known = daysFrom(addDays(from, -PAST_DAYS), to).map((date) => nights.get(date));
  const dates = daysFrom(from, to);
  const trend = (metric: TrendMetric): TrendRow[] => {
    const values = known.map((night) => night?.[metric] ?? null);
    return dates.map((date, index) => {
      const at = index + PAST_DAYS;
      return {
        date,
        mean: meanWhere(values.slice(at + 1 - WEEK.days, at + 1), WEEK.fewest),
        ...bandOf(values.slice(index, at), METRIC_VALUES[metric].bounds),
      };
    });
  };
  return Object.fromEntries(TREND_METRICS.map((metric) => [metric, trend(metric)])) as unknown as Trends;
};
