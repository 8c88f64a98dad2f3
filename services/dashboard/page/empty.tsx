import type { VNode } from 'preact';
import { useContext } from 'preact/hooks';
import type { OverviewAnswer } from '../server/api.ts';
import { showInstant } from './format.ts';
import { LiveContext } from './live.ts';
import { outcomeOf, rowsOf } from './pipeline/words.ts';
import { usePlace } from './place.ts';

/** Replaces a view if no night is stored: says when there will be one, or why there is none. */
export const Empty = ({ overview }: { overview: OverviewAnswer }): VNode => {
  const { pipeline } = useContext(LiveContext);
  const { hrefOf } = usePlace();
  const [run] = pipeline ? rowsOf(pipeline) : [];
  const [failure] = pipeline?.failures ?? [];
  const isRunning = run?.status === 'running';
  const isGood = run === undefined || isRunning || run.status === 'complete';
  return (
    <section class="card empty">
      <h2>No nights yet</h2>
      <p>
        {isRunning
          ? 'A sync is running. Nights appear here once they are stored.'
          : overview.next_sync
            ? `The ${run ? 'next' : 'first'} sync runs at ${showInstant(overview.next_sync, overview.time_zone)}.`
            : (overview.read_only ?? 'No sync is scheduled.')}
      </p>
      {!isGood && (
        <p>
          The last run: {outcomeOf(run)}.{failure ? ` ${failure.message}.` : ''}
        </p>
      )}
      {!isRunning && overview.read_only === null && (
        <p>
          <a href={hrefOf({ view: 'pipeline' })}>{isGood ? 'Sync now' : 'Open Pipeline'}</a>
        </p>
      )}
    </section>
  );
};
