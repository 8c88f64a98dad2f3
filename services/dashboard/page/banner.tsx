import type { VNode } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Day } from '../../../shared/core/day.ts';
import { capitalized } from '../../../shared/core/text.ts';
import type { OverviewAnswer, Problem } from '../server/api.ts';
import { TROUBLES, useConnection } from './connection.ts';
import { Failure } from './failure.tsx';
import { showDay } from './format.ts';
import { LiveContext } from './live.ts';
import { usePlace } from './place.ts';

/** Whether the server has another version of the page than the one that is loaded. */
const isOutdated = ({ script }: OverviewAnswer): boolean =>
  script !== null && document.querySelector(`script[src="/${script}"]`) === null;

/** What to do about a problem: with the buttons of the page, or else with a command. */
const Remedy = ({ problem: { id, action }, canRun }: { problem: Problem; canRun: boolean }): VNode | null => {
  const { hrefOf } = usePlace();
  if (id === 'dates_parked' && canRun)
    return (
      <>
        “Try parked dates again” retries them. <a href={hrefOf({ view: 'pipeline' })}>See why in Pipeline</a>.
      </>
    );
  return action === null ? null : <>{capitalized(action)}.</>;
};

/** A line for each problem with what to do about it. */
const Problems = ({ problems, canRun }: { problems: readonly Problem[]; canRun: boolean }): VNode => (
  <ul class="problems" aria-label="Problems">
    {problems.map((problem) => (
      <li
        key={problem.id}
        class={`notice ${problem.severity === 'problem' ? 'bad' : ''}`}
        data-problem={problem.id}
      >
        <b>{problem.summary}.</b> <Remedy problem={problem} canRun={canRun} />
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
      {problems.length > 0 && <Problems problems={problems} canRun={overview?.read_only === null} />}
    </>
  );
};
