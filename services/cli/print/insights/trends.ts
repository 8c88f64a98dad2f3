import { METRICS, showMetric } from '../../../../shared/core/metrics.ts';
import { plural, signed } from '../../../../shared/core/text.ts';
import type { Trend } from '../../../insights/trends.ts';
import { type Column, createTable, visibleColumns } from '../table.ts';
import { terminalWidth, wrap } from '../wrap.ts';

const NONE = '–';

/** Columns of numbers after a first one of names. @param leaving those that leave a narrow terminal, the first to leave last */
const columnsOf = (titles: readonly string[], leaving: readonly string[]): Column[] =>
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
  const definition = METRICS[metric];
  const { unit, per, digits } = definition.difference;
  const value = (level: number | null): string => (level === null ? NONE : showMetric(definition, level));
  const difference = (amount: number | null): string =>
    amount === null ? NONE : `${signed(amount / per, digits)} ${unit}`.trim();
  // The change of one day is too small to read, so it is shown for thirty.
  const monthly = (slope: number): string => signed((slope * 30) / per, digits);
  return [
    definition.label,
    value(mean_7),
    value(mean_28),
    value(baseline),
    difference(change),
    slope_per_day === null ? NONE : `${monthly(slope_per_day)} ${unit}`.trim(),
    slope_ci ? `${monthly(slope_ci[0])} to ${monthly(slope_ci[1])}` : NONE,
    String(n),
  ];
};

/** Why no metric has a baseline yet, and what to do. */
const fewNightsNote = (trends: readonly Trend[]): string[] =>
  trends.every(({ baseline }) => baseline === null)
    ? [wrap(`${NONE}: too few nights. To get earlier ones, run npm run backfill -- --from YYYY-MM-DD.`)]
    : [];

const COLUMNS = columnsOf(
  ['metric', '7 nights', '28 nights', 'baseline', 'change', 'per 30 days', '95 % interval', 'n'],
  ['n', 'change', 'baseline', '28 nights'],
);

/** Explains the columns that a terminal has room for. */
const legend = (titles: ReadonlySet<string>): string => {
  const has = (title: string): boolean => titles.has(title);
  const baseline = 'mean of the 90 days before the last 7';
  return [
    has('28 nights') ? 'Means of the last 7 and 28 nights.' : 'Mean of the last 7 nights.',
    ...(has('baseline') ? [`Baseline: ${baseline}.`] : []),
    ...(has('change')
      ? [`Change: the last 7 nights minus the ${has('baseline') ? 'baseline' : baseline}.`]
      : []),
    `Per 30 days: the slope${has('n') ? ' over n nights' : ''}; if its interval contains 0, there is no clear trend.`,
  ].join(' ');
};

/** @param width of the terminal */
export const trendsText = (trends: readonly Trend[], width: number = terminalWidth()): string => {
  const rows = trends.map(trendRow);
  const visible = visibleColumns(COLUMNS, rows, width);
  const hidden = COLUMNS.length - visible.length;
  return [
    'Trends',
    createTable(COLUMNS, rows, width),
    wrap(legend(new Set(visible.map(({ title }) => title))), width),
    ...(hidden === 0
      ? []
      : [
          wrap(
            `${plural(hidden, 'column')} ${hidden === 1 ? 'is' : 'are'} hidden: widen the terminal, or use --format json.`,
            width,
          ),
        ]),
    ...fewNightsNote(trends),
  ].join('\n');
};
