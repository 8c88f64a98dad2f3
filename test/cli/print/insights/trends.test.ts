import { trendsText } from '../../../../services/cli/print/insights/trends.ts';
import type { Trend } from '../../../../services/insights/trends.ts';
import { METRIC_NAMES } from '../../../../shared/core/metrics.ts';

const TRENDS = METRIC_NAMES.map(
  (metric): Trend => ({
    ...{ metric, n: 90, mean_7: 20_000, mean_28: 20_000, baseline: 20_000, change: -600 },
    ...{ slope_per_day: 12, slope_ci: [-90, 110] },
  }),
);
const HRV: Trend = {
  ...{ metric: 'hrv', n: 90, mean_7: 52, mean_28: 51, baseline: 50, change: 2 },
  ...{ slope_per_day: 0.1, slope_ci: [-0.1, 0.3] },
};
const headOf = (text: string): string[] =>
  (text.split('\n').find((line) => line.includes('metric')) ?? '')
    .split('│')
    .map((cell) => cell.trim())
    .filter(Boolean);

test('a wide terminal has all columns and their legend', () => {
  const text = trendsText(TRENDS, Infinity);
  expect(headOf(text)).toHaveLength(8);
  for (const part of ['7 and 28 nights', 'Baseline: mean of', 'minus the baseline.', 'slope over n nights'])
    expect(text).toContain(part);
  expect(text).not.toContain('hidden');
});

test('a narrow terminal keeps the slope and its interval, and explains only the columns it has', () => {
  const text = trendsText([HRV], 80);
  expect(headOf(text)).toEqual([
    ...['metric', '7 nights', 'baseline', 'change', 'per 30 days', '95 % interval', 'n'],
  ]);
  expect(text).toContain('1 column is hidden: widen the terminal, or use --format json.');
  expect(headOf(trendsText([HRV], 60))).toEqual(['metric', '7 nights', 'per 30 days', '95 % interval', 'n']);
  const narrow = trendsText([HRV], 52);
  expect(headOf(narrow)).toEqual(['metric', '7 nights', 'per 30 days', '95 % interval']);
  const flowing = narrow.replaceAll('\n', ' ');
  expect(flowing).toContain('4 columns are hidden: widen the terminal, or use --format json.');
  expect(flowing).not.toMatch(/baseline|Change|28|over n nights/i);
});
