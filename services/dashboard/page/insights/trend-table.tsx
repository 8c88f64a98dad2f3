import type { VNode } from 'preact';
import type { Trend } from '../../server/api.ts';
import { NONE } from '../format.ts';
import { Table } from '../table.tsx';
import { SLEEP_VIEWS } from './measures.ts';

const HEADS = [
  'Metric',
  '7 nights',
  '28 nights',
  'Baseline',
  'Change',
  'Per 30 days',
  '95 % interval',
  'n',
  <span class="hidden">Direction</span>,
];

const directionOf = ({ slope_ci }: Trend): string => {
  if (slope_ci === null) return 'too few nights';
  if (slope_ci[0] > 0) return 'rising';
  return slope_ci[1] < 0 ? 'falling' : 'no clear trend';
};

const TrendRow = ({ trend }: { trend: Trend }): VNode => {
  const { metric, n, mean_7, mean_28, baseline, change, slope_per_day, slope_ci } = trend;
  const { label, show, difference, differenceUnit } = SLEEP_VIEWS[metric];
  const level = (value: number | null): string => (value === null ? NONE : show(value));
  // The change per day is tiny, so show it per 30 days.
  const monthly = (slope: number): string => difference(slope * 30);
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

export const Trends = ({ trends }: { trends: readonly Trend[] }): VNode => (
  <section class="card" aria-labelledby="trends">
    <h2 id="trends">Trends</h2>
    <Table label="Trends" kind="numbers" heads={HEADS}>
      {trends.map((trend) => (
        <TrendRow key={trend.metric} trend={trend} />
      ))}
    </Table>
    <p class="note quiet">
      Baseline: mean of the 90 days before the last 7 nights. Per 30 days: the median slope between all pairs
      of n nights (Theil–Sen). If its interval contains 0, there is no clear trend.
    </p>
  </section>
);
