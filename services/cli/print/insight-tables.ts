import { METRICS, showMetric, TRAINING_METRICS } from '../../../shared/core/metrics.ts';
import { plural, signed } from '../../../shared/core/text.ts';
import {
  type Correlation,
  DISCOVERY_LEVEL,
  FEWEST_DAYS,
  isClaim,
  sleepLabelOf,
} from '../../insights/correlations.ts';
import type { Insights } from '../../insights/insights.ts';
import type { RareNight } from '../../insights/rare-nights/rare-night.ts';
import type { Trend } from '../../insights/trends.ts';
import { type Column, createTable } from './table.ts';

const NONE = '–';
/** The JSON output has all of them. */
const MOST_RARE_NIGHTS = 20;
/** The pairs that came closest to a claim. */
const MOST_UNCLAIMED = 5;

/** Columns of numbers after a first one of names. @param leaving those that leave a narrow terminal, the first to leave last */
const columnsOf = (titles: readonly string[], leaving: readonly string[] = []): Column[] =>
  titles.map((title, index) => ({
    title,
    ...(index > 0 && { align: 'right' }),
    ...(leaving.includes(title) && { leaves: leaving.indexOf(title) + 1 }),
  }));

const trendRow = ({
  metric,
  n,
  mean_7,
  mean_28,
  slope_per_day,
  slope_ci,
  baseline,
  change,
}: Trend): string[] => {
  const {
    label,
    difference: { unit, per, digits },
  } = METRICS[metric];
  const value = (level: number | null): string => (level === null ? NONE : showMetric(metric, level));
  const difference = (amount: number | null): string =>
    amount === null ? NONE : `${signed(amount / per, digits)} ${unit}`.trim();
  // The change of one day is too small to read, so it is shown for thirty.
  const monthly = (slope: number): string => signed((slope * 30) / per, digits);
  return [
    label,
    value(mean_7),
    value(mean_28),
    value(baseline),
    difference(change),
    slope_per_day === null ? NONE : `${monthly(slope_per_day)} ${unit}`.trim(),
    slope_ci ? `${monthly(slope_ci[0])} to ${monthly(slope_ci[1])}` : NONE,
    String(n),
  ];
};

const trendTable = (trends: readonly Trend[]): string =>
  createTable(
    columnsOf(
      ['metric', '7 nights', '28 nights', 'baseline', 'change', 'per 30 days', '95 % interval', 'n'],
      ['change', 'baseline', '28 nights', 'per 30 days', '95 % interval', 'n'],
    ),
    trends.map(trendRow),
  );

const rareTable = (rare: readonly RareNight[]): string => {
  if (rare.length === 0) return 'No rare nights.';
  const table = createTable(
    [{ title: 'night' }, { title: 'how rare' }, { title: 'what was rare' }],
    rare.slice(0, MOST_RARE_NIGHTS).map(({ date, rarity, sentence }) => [date, rarity, sentence]),
  );
  const others = rare.length - MOST_RARE_NIGHTS;
  return `${table}${others > 0 ? `\n${others} more are not shown: use --format json, or --from and --to.` : ''}`;
};

const correlationRow = (row: Correlation): string[] => [
  sleepLabelOf(row.sleep_metric),
  TRAINING_METRICS[row.training_metric].label,
  String(row.lag_days),
  String(row.n),
  row.rho === null ? NONE : signed(row.rho, 2),
  row.ci ? `${signed(row.ci[0], 2)} to ${signed(row.ci[1], 2)}` : NONE,
  row.p === null ? NONE : row.p.toFixed(4),
  row.q === null ? NONE : row.q.toFixed(3),
  row.verdict,
];

/** The number of claimed pairs, and of the others that the table shows. */
const claimLine = (claimed: number, shown: number, tested: number): string => {
  const are =
    claimed === 0
      ? `None of ${plural(tested, 'pair')} is clearly related`
      : `${claimed} of ${plural(tested, 'pair')} ${claimed === 1 ? 'is' : 'are'} clearly related`;
  if (shown === tested) return `${are}.`;
  return `${are}. The table also shows the ${shown - claimed} that came closest.`;
};

const correlationTable = (correlations: readonly Correlation[]): string => {
  if (correlations.length === 0) return 'No workouts yet: run npm run workouts -- import FILE.';
  const tested = correlations.filter(({ p }) => p !== null);
  if (tested.length === 0) {
    const most = Math.max(...correlations.map(({ n }) => n));
    return `Too few days with both a night and a workout: there are ${most}, and at least ${FEWEST_DAYS} are needed.`;
  }
  const byP = tested.toSorted((one, other) => (one.p ?? 1) - (other.p ?? 1));
  const claimed = byP.filter(isClaim);
  const shown = [...claimed, ...byP.filter((row) => !isClaim(row)).slice(0, MOST_UNCLAIMED)];
  const table = createTable(
    ['sleep', 'training', 'lag', 'n', 'rho', '95 % interval', 'p', 'q', 'verdict'].map((title) => ({
      title,
      ...(['lag', 'p'].includes(title) && { leaves: 1 }),
    })),
    shown.map(correlationRow),
  );
  return `${table}\n${claimLine(claimed.length, shown.length, tested.length)}`;
};

/** Why no metric has a baseline yet, and what to do. */
const fewNightsNote = (trends: readonly Trend[]): string =>
  trends.every(({ baseline }) => baseline === null)
    ? `\n${NONE}: too few nights. To get earlier ones, run npm run backfill -- --from YYYY-MM-DD.`
    : '';

/** Three tables, each with its methods. */
export const insightTables = ({ as_of, trends, rare_nights, correlations }: Insights): string => {
  if (trends.length === 0) return `No insights yet: no night in this range was known on ${as_of}.`;
  return `Trends as of ${as_of}
${trendTable(trends)}
Means of the last 7 and 28 nights; baseline: mean of the 90 days before the last 7; change: the last 7 nights minus the baseline;
per 30 days: Theil–Sen slope over n nights, its interval widened for autocorrelation.${fewNightsNote(trends)}

Rare nights
${rareTable(rare_nights)}
All values of a night together, compared with the nights before it, the rarest first; usual: the range of 19 in 20 nights. If nothing is
wrong, at most about 6 nights a year are listed. A possible illness is a pattern of values, not a diagnosis.

Sleep and training
${correlationTable(correlations)}
Spearman's rank correlation given weekday and time over n training days; lag 0: the night that ended on the morning of the training day; interval: block bootstrap;
p: block permutation; q: Benjamini–Hochberg over all pairs tested, claimed up to ${DISCOVERY_LEVEL}. A relation is not a cause.`;
};
