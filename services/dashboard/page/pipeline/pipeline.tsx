import type { VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { causeSentence } from '../../../../shared/core/causes.ts';
import { capitalized, plural } from '../../../../shared/core/text.ts';
import type { OverviewAnswer, PipelineAnswer, RunRow } from '../../server/api.ts';
import { Button } from '../button.tsx';
import { showInstant, showSpan } from '../format.ts';
import { LiveContext } from '../live.ts';
import { Table } from '../table.tsx';
import { Queues } from './queues.tsx';
import { outcomeOf, rowsOf, statusOf, titleOf, triggerOf } from './words.ts';
import { useWork } from './work.ts';

/** The live state of the pipeline, and what the user can start. */
export const Pipeline = ({ overview }: { overview: OverviewAnswer }): VNode => {
  const { pipeline } = useContext(LiveContext);
  const zone = overview.time_zone;
  if (!pipeline) return <p class="quiet">Loading…</p>;
  const rows = rowsOf(pipeline);
  const current = rows.filter(({ finished_at }) => finished_at === null);
  return (
    <>
      <Actions overview={overview} parked={pipeline.queues.parked} />
      {current.map((run) => (
        <Progress key={run.run_id} run={run} zone={zone} />
      ))}
      {current.length === 0 && (
        <p class="notice">
          Nothing is running.
          {overview.next_sync ? ` The next sync starts at ${showInstant(overview.next_sync, zone)}.` : ''}
        </p>
      )}
      <Failures failures={pipeline.failures} />
      <section class="card">
        <h2>Recent runs</h2>
        {rows.length === 0 ? <p class="quiet">No run has started yet.</p> : <Runs rows={rows} zone={zone} />}
      </section>
      <Queues queues={pipeline.queues} rows={rows} />
    </>
  );
};

const Actions = ({ overview, parked }: { overview: OverviewAnswer; parked: number }): VNode => {
  const sync = useWork('/api/sync');
  const redrive = useWork('/api/redrive');
  if (overview.read_only !== null) return <p class="notice">{overview.read_only}</p>;
  return (
    <div class="tools">
      <span class="group">
        <Button class="primary" isOff={sync.busy} onClick={sync.start}>
          Sync now
        </Button>
        <Button isOff={redrive.busy || parked === 0} onClick={redrive.start}>
          Try parked dates again{parked > 0 ? ` (${parked})` : ''}
        </Button>
      </span>
      <div class="said" role="status">
        {sync.said && <p>{sync.said}</p>}
        {redrive.said && <p>{redrive.said}</p>}
      </div>
    </div>
  );
};

const Progress = ({ run, zone }: { run: RunRow; zone: string }): VNode => {
  const { planned, pending } = run.counts;
  return (
    <section class="card" aria-label="Current run">
      <h2>
        {titleOf(run)} <span class="quiet">since {showInstant(run.started_at, zone)}</span>
      </h2>
      <progress
        max={Math.max(1, planned)}
        {...(planned > 0 && { value: planned - pending })}
        aria-label="Dates done"
      />
      <p>{capitalized(outcomeOf(run))}</p>
    </section>
  );
};

type FailureGroup = PipelineAnswer['failures'][number];

const failedDate = ({ date, state, attempts }: FailureGroup['dates'][number]): string =>
  `${date} (${state}, ${plural(attempts, 'attempt')})`;

/** Dates that failed with one error, which can have different faults. */
const FailedGroup = ({ group: { cause, message, count, dates } }: { group: FailureGroup }): VNode => {
  const areAlike = dates.every((failed) => failed.message === message);
  return (
    <li>
      <b>{areAlike ? message : causeSentence(cause)}</b>{' '}
      <span class="badge bad">{plural(count, dates.length === 0 ? 'message' : 'date')}</span>
      {dates.length > 0 && (
        <details>
          <summary>Dates and error</summary>
          {areAlike ? (
            <p>{dates.map(failedDate).join(', ')}</p>
          ) : (
            <ul>
              {dates.map((failed) => (
                <li key={failed.date}>
                  {failedDate(failed)}: {failed.message}
                </li>
              ))}
            </ul>
          )}
          <p>
            Error: <code>{cause}</code>
          </p>
        </details>
      )}
    </li>
  );
};

const Failures = ({ failures }: { failures: PipelineAnswer['failures'] }): VNode => (
  <section class="card">
    <h2>Failed and parked dates</h2>
    {failures.length === 0 ? (
      <p class="quiet">None.</p>
    ) : (
      <>
        <p class="quiet">
          A failed date is tried again by itself. A parked date has used all its attempts: it waits for “Try
          parked dates again”.
        </p>
        <ul class="failures">
          {failures.map((group) => (
            <FailedGroup key={group.cause} group={group} />
          ))}
        </ul>
      </>
    )}
  </section>
);

const Runs = ({ rows, zone }: { rows: readonly RunRow[]; zone: string }): VNode => (
  <Table label="Recent runs" kind="runs" heads={['Started', 'Result', 'Dates', 'Why', 'Took']}>
    {rows.map((run) => (
      <tr key={run.run_id} data-run={run.run_id}>
        <th scope="row">{showInstant(run.started_at, zone)}</th>
        <td>
          <span class={`badge ${run.status === 'complete' ? 'good' : run.status === 'running' ? '' : 'bad'}`}>
            {statusOf(run)}
          </span>
        </td>
        <td class="outcome">{outcomeOf(run)}</td>
        <td>{triggerOf(run)}</td>
        <td>{run.finished_at ? showSpan(run.started_at, run.finished_at) : ''}</td>
      </tr>
    ))}
  </Table>
);
