import { theilSen, varianceInflation } from '../../services/insights/statistics/theil-sen.ts';
import { type Trend, trends } from '../../services/insights/trends.ts';
import type { Metric } from '../../shared/core/metrics.ts';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { dayAt, nightsOf, normalsFrom } from './histories.ts';

const trendOf = (
  metric: Metric,
  count: number,
  metrics: (index: number) => Partial<NightMetrics>,
  from?: number,
): Trend | undefined =>
  trends(nightsOf(count, metrics), {
    from: from === undefined ? undefined : dayAt(from),
    to: dayAt(count - 1),
  }).find((trend) => trend.metric === metric);

test('computes slope, means and baseline of a steadily growing metric', () => {
  expect(trendOf('hrv', 120, (index) => ({ hrv: 40 + index / 10 }))).toEqual({
    metric: 'hrv',
    n: 90,
    mean_7: expect.closeTo(40 + 11.6),
    mean_28: expect.closeTo(40 + 10.55),
    slope_per_day: expect.closeTo(0.1),
    slope_ci: [expect.closeTo(0.1), expect.closeTo(0.1)],
    // The 90 days before the last 7: days 23 to 112.
    baseline: expect.closeTo(40 + 6.75),
    change: expect.closeTo(11.6 - 6.75),
  });
});

test('each metric has a trend, which is null without values', () => {
  const all = trends(
    nightsOf(40, () => ({ hrv: 50 })),
    { from: undefined, to: dayAt(39) },
  );
  expect(all).toHaveLength(METRIC_NAMES.length);
  expect(all.find(({ metric }) => metric === 'sleep_score')).toEqual({
    ...{ metric: 'sleep_score', n: 0, mean_7: null, mean_28: null },
    ...{ slope_per_day: null, slope_ci: null, baseline: null, change: null },
  });
});

test('the slope covers the requested range, at most its last year', () => {
  expect(trendOf('hrv', 120, () => ({ hrv: 50 }), 100)?.n).toBe(20);
  expect(trendOf('hrv', 800, () => ({ hrv: 50 }), 0)?.n).toBe(365);
});

test('the slope is null with too few nights, and a mean with fewer than half of the nights', () => {
  const sparse = (index: number) => ({ hrv: index % 3 === 0 ? 50 : null });
  expect(trendOf('hrv', 39, sparse)).toMatchObject({
    n: 13,
    mean_7: null,
    mean_28: null,
    slope_per_day: null,
  });
});

test('bedtimes are wall-clock minutes from midnight in any time zone, negative in the evening before', () => {
  const zones = ['-08:00', '+09:00'];
  const bedtimes = (index: number) => ({
    bedtime_start: `${dayAt(index - 1)}T22:30:00${zones[index % 2]}`,
    bedtime_end: `${dayAt(index)}T06:45:00${zones[index % 2]}`,
  });
  expect(trendOf('bedtime_start', 14, bedtimes)).toMatchObject({ mean_7: -90, slope_per_day: 0 });
  expect(trendOf('bedtime_end', 14, bedtimes)).toMatchObject({ mean_7: 405 });
});

test('the interval of a zero slope still contains 0 if nights are autocorrelated', () => {
  const xs = Array.from({ length: 90 }, (_, index) => index);
  let held = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const normal = normalsFrom(seed);
    let level = 0;
    const ys = xs.map(() => {
      level = 0.6 * level + normal();
      return level;
    });
    const line = theilSen(xs, ys, (slope) => varianceInflation(xs, ys, slope));
    if (line && line.low <= 0 && line.high >= 0) held += 1;
  }
  // 95 % of 40 is 38. If the nights counted as independent, it would be about 26.
  expect(held).toBeGreaterThanOrEqual(34);
});
