import type { VNode } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Day } from '../../../shared/core/day.ts';
import { capitalized } from '../../../shared/core/text.ts';
import type { OverviewAnswer, Problem } from '../server/api.ts';
import { TROUBLES, useConnection } from './connection.ts';
import { Failure } from './failure.tsx';
import { showDay } from './format.ts';
import { LiveContext } from './live.ts';

/** Whether the server has another version of the page than the one that is loaded. */
const isOutdated = ({ script }: OverviewAnswer): boolean =>
  script !== null && document.querySelector(`script[src="/${script}"]`) === null;

/** A line for each problem with what to do about it. */
const Problems = ({ problems }: { problems: readonly Problem[] }): VNode => (
  <ul class="problems" aria-label="Problems">
    {problems.map(({ id, severity, summary, action }) => (
      <li key={id} class={`notice ${severity === 'problem' ? 'bad' : ''}`} data-problem={id}>
        <b>{summary}.</b> {action === null ? '' : `${capitalized(action)}.`}
      </li>
    ))}
  </ul>
);

/** Says that a day has begun since the page was opened, until its night is stored. */
const NewDay = ({ today, newest }: { today: Day; newest: Day | null }): VNode | null => {
  const [first] = useState(today);
  if (today === first || (newest ?? '') >= today) return null;
  return <p>It is {showDay(today)} now. Its night appears here once it is stored.</p>;
};

/** What stands above every view: whether what is shown is true now, and what is wrong. Each line goes when it is over. */
export const Banner = ({ overview }: { overview: OverviewAnswer | undefined }): VNode => {
  const { pipeline, trouble } = useContext(LiveContext);
  const connection = useConnection();
  const problems = pipeline?.problems ?? overview?.problems ?? [];
  const today = pipeline?.today ?? overview?.today;
  return (
    <>
      <Failure>{connection.trouble === undefined ? trouble : TROUBLES[connection.trouble]}</Failure>
      <div class="news" role="status">
        {overview && isOutdated(overview) && (
          <p>
            This page is of another version than its server.{' '}
            <button type="button" class="small" onClick={() => location.reload()}>
              Reload
            </button>
          </p>
        )}
        {today !== undefined && (
          <NewDay today={today} newest={pipeline?.newest ?? overview?.newest ?? null} />
        )}
      </div>
      {problems.length > 0 && <Problems problems={problems} />}
    </>
  );
};
