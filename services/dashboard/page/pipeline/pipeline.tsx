import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { explainCause } from '../../../../shared/core/causes.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { OverviewAnswer, PipelineAnswer, RedriveAnswer, RunRow, SyncAnswer } from '../../server/api.ts';
import { post, useAction } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { showInstant, showSpan } from '../format.ts';
import { Table } from '../table.tsx';

const QUEUES = [
  ['work', 'Work', 'dates waiting for a worker or their next attempt'],
  ['dead_letter', 'Dead letter', 'dates that used all attempts and are about to be parked'],
  ['parked', 'Parked', 'dates waiting for a redrive'],
] as const;

/** The words for the counts of a run. */
const COUNTS = [
  ['stored', 'written'],
  ['unchanged', 'unchanged'],
  ['no_data', 'without data'],
  ['failed', 'failed'],
  ['pending', 'unfinished'],
] as const;

const settledOf = ({ planned, pending }: RunRow['counts']): number => planned - pending;

const countsText = ({ counts }: RunRow): string => {
  const words = COUNTS.flatMap(([name, word]) => (counts[name] > 0 ? [`${counts[name]} ${word}`] : []));
  return words.length > 0 ? words.join(', ') : 'nothing to do';
};

const Progress = ({ run, zone }: { run: RunRow; zone: string }): VNode => (
  <section class="card" aria-label="Current run">
    <h3>
      {run.status === 'stopped' ? 'Stopped' : 'Syncing'}{' '}
      <span class="quiet">since {showInstant(run.started_at, zone)}</span>
    </h3>
    <progress
      max={Math.max(1, run.counts.planned)}
      {...(run.counts.planned > 0 && { value: settledOf(run.counts) })}
      aria-label="Dates settled"
    />
    <p aria-live="polite">
      {run.counts.planned === 0
        ? 'Choosing the dates…'
        : `${settledOf(run.counts)} of ${plural(run.counts.planned, 'date')} settled: ${countsText(run)}`}
    </p>
  </section>
);

const Actions = ({ overview, parked }: { overview: OverviewAnswer; parked: number }): VNode => {
  const sync = useAction(
    useCallback(async () => {
      await post<SyncAnswer>('/api/sync');
      return 'Run started.';
    }, []),
  );
  const redrive = useAction(
    useCallback(async () => {
      const { moved } = await post<RedriveAnswer>('/api/redrive');
      return `${plural(moved, 'message')} moved back to the work queue.`;
    }, []),
  );
  if (overview.read_only !== null) return <p class="notice">{overview.read_only}</p>;
  return (
    <div class="tools">
      <span class="group">
        <button type="button" class="primary" disabled={sync.busy} onClick={sync.run}>
          Sync now
        </button>
        <button type="button" disabled={redrive.busy || parked === 0} onClick={redrive.run}>
          Redrive{parked > 0 ? ` ${parked} parked` : ''}
        </button>
      </span>
      <span class="range" role="status">
        {redrive.result ?? sync.result ?? ''}
      </span>
    </div>
  );
};

/** The live state of the pipeline. */
export const Pipeline = ({
  overview,
  pipeline,
  trouble,
}: {
  overview: OverviewAnswer;
  pipeline: PipelineAnswer | undefined;
  trouble: string | undefined;
}): VNode => (
  <>
    <Failure>{trouble}</Failure>
    <Actions overview={overview} parked={pipeline?.queues.parked ?? 0} />
    {pipeline && (
      <>
        <dl class="queues">
          {QUEUES.map(([queue, label, words]) => (
            <div class="card" key={queue} data-queue={queue}>
              <dt>{label}</dt>
              <dd>
                <span class="value">{pipeline.queues[queue]}</span>
                <span class="quiet">{words}</span>
              </dd>
            </div>
          ))}
        </dl>
        {pipeline.running.map((run) => (
          <Progress key={run.run_id} run={run} zone={overview.time_zone} />
        ))}
        <section class="card">
          <h3>Failed and parked dates</h3>
          {pipeline.failures.length === 0 ? (
            <p class="quiet">None.</p>
          ) : (
            <ul class="failures">
              {pipeline.failures.map(({ cause, message, count, dates }) => (
                <li key={cause}>
                  <b>{cause}</b>{' '}
                  <span class="badge bad">{plural(count, dates.length === 0 ? 'message' : 'date')}</span>
                  <p>{message}</p>
                  {dates.length === 0 ? (
                    <p class="quiet">Dates: unknown</p>
                  ) : (
                    <details>
                      <summary>Dates</summary>
                      <p class="numbers">
                        {dates
                          .map(
                            ({ date, state, attempts }) =>
                              `${date} (${state}, ${plural(attempts, 'attempt')})`,
                          )
                          .join(', ')}
                      </p>
                    </details>
                  )}
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="card">
          <h3>Recent runs</h3>
          {pipeline.runs.length === 0 ? (
            <p class="quiet">
              No run has finished yet.
              {overview.next_sync
                ? ` The next one starts at ${showInstant(overview.next_sync, overview.time_zone)}.`
                : ''}
            </p>
          ) : (
            <Runs runs={pipeline.runs} zone={overview.time_zone} />
          )}
        </section>
      </>
    )}
  </>
);

const Runs = ({ runs, zone }: { runs: readonly RunRow[]; zone: string }): VNode => (
  <Table label="Recent runs" heads={['Started', 'Trigger', 'Duration', 'Outcome', 'Dates']}>
    {runs.map((run) => (
      <tr key={run.run_id}>
        <th scope="row">{showInstant(run.started_at, zone)}</th>
        <td>{run.trigger}</td>
        <td class="numbers">{run.finished_at ? showSpan(run.started_at, run.finished_at) : ''}</td>
        <td>
          <span class={`badge ${run.status === 'complete' ? 'good' : 'bad'}`}>{run.status}</span>
        </td>
        <td>{run.cause === null ? countsText(run) : explainCause(run.cause)}</td>
      </tr>
    ))}
  </Table>
);
