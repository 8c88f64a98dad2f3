import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { capitalized } from '../../../shared/core/text.ts';
import type { InsightsAnswer, RareNight, Trend } from '../server/api.ts';
import { useAnswer } from './ask.ts';
import { Downloads } from './downloads.tsx';
import { Failure } from './failure.tsx';
import { NONE, showDay } from './format.ts';
import { SLEEP_VIEWS } from './measures.ts';
import { Relations } from './relations.tsx';
import { Table } from './table.tsx';

const RANGES = [
  [undefined, 'All nights'],
  [365, '1 year'],
  [90, '90 days'],
] as const;

/** The query of a range that ends with the newest night. */
const queryOf = (days: number | undefined, newest: Day): string =>
  days === undefined ? '' : `?from=${addDays(newest, 1 - days)}`;

/** How sleep is related to training, trends, and rare nights. */
export const Insights = ({ newest, version }: { newest: Day; version: number }): VNode => {
  const [days, setDays] = useState<number>();
  const query = queryOf(days, newest);
  const { answer, error, loading } = useAnswer<InsightsAnswer>(`/api/insights${query}`, version);
  return (
    <>
      <nav class="tools" aria-label="Range of the insights">
        <span class="group">
          {RANGES.map(([range, label]) => (
            <button type="button" key={label} aria-pressed={range === days} onClick={() => setDays(range)}>
              {label}
            </button>
          ))}
        </span>
        <span class="range" role="status">
          {loading
            ? 'Calculating… Years of nights take a few seconds.'
            : answer
              ? `As of ${showDay(answer.as_of)}`
              : ''}
        </span>
        <Downloads files={[{ label: 'JSON', path: `/api/insights${query}`, name: 'insights.json' }]} />
      </nav>
      <Failure>{error}</Failure>
      {answer && (
        <div class={loading ? 'stale' : ''} aria-busy={loading}>
          <Relations answer={answer} query={query} version={version} />
          <Trends trends={answer.trends} />
          <RareNights rare={answer.rare_nights} />
        </div>
      )}
    </>
  );
};

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

const Trends = ({ trends }: { trends: readonly Trend[] }): VNode => (
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

/** Rare nights beyond this many are shown on demand. */
const RARE_AT_FIRST = 10;

const RareNights = ({ rare }: { rare: readonly RareNight[] }): VNode => {
  const [all, setAll] = useState(false);
  const shown = rare.slice(0, all ? rare.length : RARE_AT_FIRST);
  return (
    <section class="card" aria-labelledby="rare-nights">
      <h2 id="rare-nights">
        Rare nights {rare.length > 0 && <span class="quiet">{rare.length}, the rarest first</span>}
      </h2>
      {rare.length === 0 && <p class="quiet">None.</p>}
      <ul class="gaps rare">
        {shown.map(({ date, sentence, rarity }) => (
          <li key={date} data-date={date}>
            <a href={`#nights/${date}`}>{showDay(date)}</a>
            <span>
              {sentence} <span class="quiet">{capitalized(rarity)}.</span>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < rare.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          Show all {rare.length}
        </button>
      )}
      <p class="note quiet">
        All values of a night are compared with the nights before it. If nothing is wrong, at most about six
        nights a year are listed. It needs four weeks of nights.
      </p>
    </section>
  );
};
