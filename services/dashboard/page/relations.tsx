import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { plural, signed } from '../../../shared/core/text.ts';
import type { CorrelationRow, InsightsAnswer } from '../server/api.ts';
import { NONE } from './format.ts';
import { nightOf, SLEEP_VIEWS, TRAINING_VIEWS } from './measures.ts';
import { FEWEST_FOR_LINE, PairChart, sentence } from './pair-chart.tsx';
import { Table } from './table.tsx';

/** How many pairs below the claimed ones to show, those with the smallest p. */
const MOST_UNCLAIMED = 5;

const HEADS = ['Sleep', 'Night', 'Training', 'n', 'ρ', '95 % interval', 'q', 'Verdict'];

const keyOf = ({ sleep_metric, training_metric, lag_days }: CorrelationRow): string =>
  `${sleep_metric}/${training_metric}/${lag_days}`;

/** Claimed pairs first, then by p, then those with too few days. */
const inOrder = (rows: readonly CorrelationRow[]): CorrelationRow[] =>
  rows.toSorted(
    (one, other) =>
      Number(other.claimed) - Number(one.claimed) || (one.p ?? 2) - (other.p ?? 2) || other.n - one.n,
  );

/** The result in one sentence. */
const summaryOf = (rows: readonly CorrelationRow[]): string => {
  const tested = rows.filter(({ p }) => p !== null);
  const claimed = tested.filter((row) => row.claimed).length;
  const [most] = rows.toSorted((one, other) => other.n - one.n);
  if (tested.length === 0)
    return `No pair can be tested yet: ${most?.verdict.replace(/^not \w+: /, '') ?? ''}.`;
  if (claimed === 0) return `No clear relation among ${plural(tested.length, 'pair')} of sleep and training.`;
  return `${claimed} of ${plural(tested.length, 'pair')} ${claimed === 1 ? 'is' : 'are'} clearly related.`;
};

/** The figures of a tested pair; empty for others. */
const figuresOf = ({ n, rho, ci, q }: CorrelationRow): string =>
  rho === null || ci === null || q === null
    ? ''
    : `ρ ${signed(rho, 2)}, 95 % interval ${signed(ci[0], 2)} to ${signed(ci[1], 2)}, q ${q.toFixed(3)}, ${plural(n, 'training day')}.`;

/** How sleep is related to training. */
export const Relations = ({
  answer,
  query,
  version,
}: {
  answer: InsightsAnswer;
  query: string;
  version: number;
}): VNode => {
  const { correlations, skipped } = answer;
  const [chosen, setChosen] = useState<string>();
  const [all, setAll] = useState(false);
  const figure = useRef<HTMLDivElement>(null);
  if (correlations.length === 0) return <NoWorkouts />;
  const rows = inOrder(correlations);
  const claimed = rows.filter((row) => row.claimed).length;
  const shown = all ? rows : rows.slice(0, claimed + MOST_UNCLAIMED);
  const row = rows.find((candidate) => keyOf(candidate) === chosen) ?? rows[0];
  return (
    <section class="card" aria-labelledby="relations">
      <h2 id="relations">Sleep and training</h2>
      <p>{summaryOf(correlations)}</p>
      {skipped > 0 && (
        <p class="quiet">
          {plural(skipped, 'item')} in the workouts table could not be read and{' '}
          {skipped === 1 ? 'does' : 'do'} not count.
        </p>
      )}
      {row && (
        <div class="pair" ref={figure}>
          <PairChart key={keyOf(row)} row={row} query={query} version={version} />
          <p class="verdict" aria-live="polite">
            <b>{sentence(row.verdict)}</b> <span class="quiet">{figuresOf(row)}</span>
          </p>
          {row.n >= FEWEST_FOR_LINE && (
            <p class="note quiet">
              The line and its 95 % interval use the values as stored. ρ is also adjusted for weekday and
              time.
            </p>
          )}
        </div>
      )}
      <Table label="Pairs of sleep and training" kind="numbers pairs" heads={HEADS}>
        {shown.map((pair) => (
          <PairRow
            key={keyOf(pair)}
            row={pair}
            isChosen={pair === row}
            onChoose={() => {
              setChosen(keyOf(pair));
              figure.current?.scrollIntoView({ block: 'nearest' });
            }}
          />
        ))}
      </Table>
      {shown.length < rows.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          Show all {rows.length} pairs
        </button>
      )}
      <p class="note quiet">
        n: training days. ρ: Spearman's rank correlation, adjusted for weekday and time. q: the expected share
        of false results if this pair and all pairs with a smaller q are claimed. A pair is claimed with a q
        of up to 0.05 and at least 20 days. A relation is not a cause.
      </p>
    </section>
  );
};

const PairRow = ({
  row,
  isChosen,
  onChoose,
}: {
  row: CorrelationRow;
  isChosen: boolean;
  onChoose: () => void;
}): VNode => {
  const { sleep_metric, training_metric, lag_days, n, rho, ci, q, verdict, claimed } = row;
  const sleep = SLEEP_VIEWS[sleep_metric].label;
  const training = TRAINING_VIEWS[training_metric].label;
  return (
    <tr class={isChosen ? 'chosen' : ''} data-pair={keyOf(row)}>
      <th scope="row">
        <button
          type="button"
          class="link"
          aria-pressed={isChosen}
          aria-label={`Show ${sleep} of ${nightOf({ sleep_metric, lag_days })} and ${training}`}
          onClick={onChoose}
        >
          {sleep}
        </button>
      </th>
      <td class="text">{nightOf({ sleep_metric, lag_days })}</td>
      <td class="text">{training}</td>
      <td>{n}</td>
      <td>{rho === null ? NONE : signed(rho, 2)}</td>
      <td>{ci ? `${signed(ci[0], 2)} to ${signed(ci[1], 2)}` : NONE}</td>
      <td>{q === null ? NONE : q.toFixed(3)}</td>
      <td class={claimed ? 'text' : 'text quiet'}>{verdict}</td>
    </tr>
  );
};

const NoWorkouts = (): VNode => (
  <section class="card" aria-labelledby="relations">
    <h2 id="relations">Sleep and training</h2>
    <p>
      There are no workouts yet. Import them with <code>npm run workouts -- import FILE</code> from GainsIQ
      (JSON), Hevy or Strong (CSV). This page then shows how your sleep is related to your training.
    </p>
  </section>
);
