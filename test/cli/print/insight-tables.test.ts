import { insightTables } from '../../../services/cli/print/insight-tables.ts';
import type { Correlation } from '../../../services/insights/correlations.ts';
import type { Insights } from '../../../services/insights/insights.ts';

const pair = (p: number | null, isRelated: boolean): Correlation => ({
  sleep_metric: 'hrv',
  training_metric: 'sets',
  lag_days: 0,
  n: p === null ? 10 : 50,
  rho: p === null ? null : 0.5,
  ci: p === null ? null : isRelated ? [0.3, 0.7] : [-0.1, 0.7],
  p,
  q: p === null ? null : isRelated ? 0.01 : 0.4,
  verdict: 'a verdict',
});
const many = (count: number, of: Correlation): Correlation[] => new Array(count).fill(of);

const TREND = {
  ...{ metric: 'hrv', n: 0, mean_7: null, mean_28: null, slope_per_day: null },
  ...{ slope_ci: null, baseline: null, change: null },
} as const;
const tables = (correlations: readonly Correlation[]) =>
  insightTables({
    as_of: '2026-03-10',
    trends: [TREND],
    rare_nights: [],
    correlations,
  } as unknown as Insights);

test('names the measures as the verdicts do', () => {
  expect(tables([pair(0.001, true)])).toMatch(/│ HRV +│ number of sets │ 0 +│ 50 /);
});

test('says why no metric has a change, and what to do, until one has a baseline', () => {
  const note = /^–: too few nights\. To get earlier ones, run npm run backfill -- --from YYYY-MM-DD\.$/m;
  expect(tables([])).toMatch(note);
  const trends = [TREND, { ...TREND, baseline: 50 }];
  expect(
    insightTables({ as_of: '2026-03-10', trends, rare_nights: [], correlations: [] } as unknown as Insights),
  ).not.toMatch(note);
});

test.each([
  [7, 200, '7 of 207 pairs are clearly related. The table also shows the 5 that came closest.'],
  [1, 6, '1 of 7 pairs is clearly related. The table also shows the 5 that came closest.'],
  [2, 5, '2 of 7 pairs are clearly related.'],
  [3, 0, '3 of 3 pairs are clearly related.'],
  [0, 6, 'None of 6 pairs is clearly related. The table also shows the 5 that came closest.'],
  [0, 1, 'None of 1 pair is clearly related.'],
])('with %d related and %d other pairs, says which are shown', (related, not, line) => {
  const text = tables([
    ...many(related, pair(0.001, true)),
    ...many(not, pair(0.3, false)),
    pair(null, false),
  ]);
  expect(text).toContain(`\n${line}\n`);
  expect(text.match(/a verdict/g)).toHaveLength(related + Math.min(not, 5));
});
