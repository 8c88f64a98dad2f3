import type { VNode } from 'preact';
import { addDays, type Day } from '../../../../shared/core/day.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { InsightsAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { showDay } from '../format.ts';
import { usePlace } from '../place.ts';
import { Downloads } from '../trends/downloads.tsx';
import { inUnits } from '../units.ts';
import { Effects } from './effects.tsx';
import { MeasureTable } from './measure-table.tsx';
import { RareNights } from './rare-nights.tsx';
import { Trends } from './trend-table.tsx';

/** The periods: their names in the address, and their days. */
const PERIODS = [
  [undefined, undefined, 'All nights'],
  ['year', 365, '1 year'],
  ['quarter', 90, '90 days'],
] as const;

/** The query of a range that ends with the newest night. */
const queryOf = (days: number | undefined, newest: Day): string =>
  days === undefined ? '' : `?from=${addDays(newest, 1 - days)}`;

/** How sleep and training are related, rare nights, measures, and trends. */
export const Insights = ({ newest, version }: { newest: Day; version: number }): VNode => {
  const { place, go } = usePlace();
  const [period, days] = PERIODS.find(([name]) => name === place.period) ?? PERIODS[0];
  const query = queryOf(days, newest);
  const { answer, error, loading } = useAnswer<InsightsAnswer>(inUnits(`/api/insights${query}`), version);
  return (
    <>
      <nav class="tools" aria-label="Range of the insights">
        <span class="group">
          {PERIODS.map(([name, , label]) => (
            <button
              type="button"
              key={label}
              aria-pressed={name === period}
              onClick={() => go({ period: name })}
            >
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
          <Training answer={answer} query={query} version={version} />
          <RareNights rare={answer.rare_nights} />
          <MeasureTable rows={answer.measure_rows} />
          <Trends trends={answer.trends} />
        </div>
      )}
    </>
  );
};

const DIRECTIONS = ['sleep_to_training', 'training_to_sleep'] as const;

/** Both directions, or how to import workouts. */
const Training = ({
  answer,
  query,
  version,
}: {
  answer: InsightsAnswer;
  query: string;
  version: number;
}): VNode => {
  const { skipped } = answer;
  return (
    <>
      {answer.sleep_to_training.sessions === 0 ? (
        <NoSessions />
      ) : (
        DIRECTIONS.map((direction) => (
          <Effects key={direction} report={answer[direction]} source={{ direction, query, version }} />
        ))
      )}
      {skipped > 0 && (
        <p class="quiet">
          {plural(skipped, 'item')} in the workouts table could not be read and{' '}
          {skipped === 1 ? 'does' : 'do'} not count.
        </p>
      )}
    </>
  );
};

const NoSessions = (): VNode => (
  <section class="card" aria-labelledby="no-sessions">
    <h2 id="no-sessions">Sleep and training</h2>
    <p>
      No session with a night yet. Import workouts from GainsIQ, Hevy, Strong, FitNotes or Liftosaur with{' '}
      <code>npm run workouts -- import FILE</code>. This page then shows how your sleep and your training are
      related.
    </p>
  </section>
);
