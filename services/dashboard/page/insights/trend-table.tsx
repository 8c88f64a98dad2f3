import type { VNode } from 'preact';
import { BETTER } from '../../../../shared/core/metrics.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { Trend } from '../../server/api.ts';
import { NONE } from '../format.ts';
import { useOpen } from '../place.ts';
import { Table } from '../table.tsx';
import { SLEEP_VIEWS } from './measures.ts';
import { type Quality, QualityBadge } from './quality.tsx';

/** The change per day is tiny. */
const DAYS_SHOWN = 30;

const HEADS = [
  'Metric',
  '7 nights',
  '28 nights',
  'Baseline',
  'Change',
  `Per ${DAYS_SHOWN} days`,
  '95 % interval',
  'n',
  <span class="hidden">Direction</span>,
];

const directionOf = ({ slope_ci }: Trend): string => {
  if (slope_ci === null) return 'too few nights';
  if (slope_ci[0] > 0) return 'rising';
  return slope_ci[1] < 0 ? 'falling' : 'no clear trend';
};

/** Whether what a metric does is better or worse for the person; undefined if neither. */
const qualityOf = (trend: Trend): Quality | undefined => {
  const better = BETTER[trend.metric];
  if (better !== 'higher' && better !== 'lower') return undefined;
  return (directionOf(trend) === 'rising') === (better === 'higher') ? 'good' : 'bad';
};

const TrendRow = ({ trend }: { trend: Trend }): VNode => {
  const { metric, n, mean_7, mean_28, baseline, change, slope_per_day, slope_ci } = trend;
  const { label, show, difference, differenceUnit } = SLEEP_VIEWS[metric];
  const level = (value: number | null): string => (value === null ? NONE : show(value));
  const monthly = (slope: number): string => difference(slope * DAYS_SHOWN);
  const withUnit = (text: string): string => `${text} ${differenceUnit}`.trim();
  const direction = directionOf(trend);
  return (
    <tr data-metric={metric}>
      <th scope="row">{label}</th>
      <td>{level(mean_7)}</td>
      <td>{level(mean_28)}</td>
      <td>{level(baseline)}</td>
      <td>{change === null ? NONE : withUnit(difference(change))}</td>
      <td>{slope_per_day === null ? NONE : withUnit(monthly(slope_per_day))}</td>
      <td>{slope_ci ? `${monthly(slope_ci[0])} to ${monthly(slope_ci[1])}` : NONE}</td>
      <td>{n}</td>
      <td class={direction === 'rising' || direction === 'falling' ? 'text' : 'text quiet'}>{direction}</td>
    </tr>
  );
};

/** A metric that rises or falls, in one sentence. */
const Clear = ({ trend }: { trend: Trend }): VNode => {
  const { metric, slope_per_day, slope_ci, n } = trend;
  const { label, difference, differenceUnit } = SLEEP_VIEWS[metric];
  const monthly = (slope: number): string => difference(slope * DAYS_SHOWN);
  const [low = 0, high = 0] = slope_ci ?? [];
  return (
    <li>
      <QualityBadge quality={qualityOf(trend)}>{directionOf(trend)}</QualityBadge> {label}:{' '}
      {`${monthly(slope_per_day ?? 0)} ${differenceUnit}`.trim()} per {DAYS_SHOWN} days{' '}
      <span class="quiet">
        ({monthly(low)} to {monthly(high)}; {plural(n, 'night')})
      </span>
    </li>
  );
};

/** What changes, in sentences, and all trends in a table. */
export const Trends = ({ trends }: { trends: readonly Trend[] }): VNode => {
  const table = useOpen('trends');
  const clear = trends.filter((trend) => ['rising', 'falling'].includes(directionOf(trend)));
  return (
    <section class="card" aria-labelledby="trends">
      <h2 id="trends">Trends</h2>
      {clear.length === 0 ? (
        <p class="finding">
          {trends.every((trend) => directionOf(trend) === 'too few nights')
            ? 'Too few nights for a trend.'
            : 'Nothing clearly rises or falls.'}
        </p>
      ) : (
        <ul class="clear">
          {clear.map((trend) => (
            <Clear key={trend.metric} trend={trend} />
          ))}
        </ul>
      )}
      <details {...table}>
        <summary>All trends as a table</summary>
        <Table label="All trends" kind="numbers" heads={HEADS}>
          {trends.map((trend) => (
            <TrendRow key={trend.metric} trend={trend} />
          ))}
        </Table>
      </details>
      <p class="note quiet">
        Baseline: mean of the 90 days before the last 7 nights. Per {DAYS_SHOWN} days: the median slope
        between all pairs of n nights (Theil–Sen). If its interval contains 0, there is no clear trend. Of 20
        metrics that do not change, about one has a clear trend by chance.
      </p>
    </section>
  );
};
