import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { plural } from '../../../shared/core/text.ts';
import type { OverviewAnswer, PipelineAnswer } from '../server/api.ts';
import { useAnswer } from './ask.ts';
import { Calendar } from './calendar/calendar.tsx';
import { Failure } from './failure.tsx';
import { showInstant } from './format.ts';
import { Insights } from './insights/insights.tsx';
import { useLive } from './live.ts';
import { Pipeline } from './pipeline/pipeline.tsx';
import { usePlace, VIEWS, type View } from './place.ts';
import { usePreferences } from './preferences.ts';
import { Problems } from './problems.tsx';
import { Switches } from './switches.tsx';
import { Nights } from './trends/nights.tsx';

const LABELS: Readonly<Record<View, string>> = {
  nights: 'Nights',
  calendar: 'Calendar',
  insights: 'Insights',
  pipeline: 'Pipeline',
};

/** Returns a number that increases when nights or gaps may have changed. Views then reload. */
const useVersion = (pipeline: PipelineAnswer | undefined): number => {
  const [seen, setSeen] = useState({ version: 0, state: '' });
  useEffect(() => {
    if (!pipeline) return;
    const { newest, runs, failures, running } = pipeline;
    const state = JSON.stringify([newest, runs[0]?.run_id, failures, running.length]);
    setSeen((before) =>
      before.state === state ? before : { version: before.version + (before.state === '' ? 0 : 1), state },
    );
  }, [pipeline]);
  return seen.version;
};

/** The status in the header. */
const nowLine = (overview: OverviewAnswer, pipeline: PipelineAnswer | undefined): string => {
  const [run] = pipeline?.running ?? [];
  if (run) {
    const { planned, pending } = run.counts;
    if (run.status === 'stopped') return 'Sync stopped';
    return planned === 0 ? 'Syncing…' : `Syncing: ${planned - pending} of ${plural(planned, 'date')}`;
  }
  if (overview.next_sync) return `Next sync ${showInstant(overview.next_sync, overview.time_zone)}`;
  return overview.read_only === null ? '' : 'Not running';
};

export const App = (): VNode => {
  const { place, hrefOf } = usePlace();
  const { view, night } = place;
  const preferences = usePreferences();
  const { pipeline, trouble } = useLive(view === 'pipeline');
  const version = useVersion(pipeline);
  const { answer: overview, error } = useAnswer<OverviewAnswer>('/api/overview', version);
  const newest = pipeline?.newest ?? overview?.newest;
  return (
    <>
      <header class="bar">
        <h1>Sleep</h1>
        <nav aria-label="Views">
          {VIEWS.map((name) => (
            <a key={name} href={hrefOf({ view: name })} {...(name === view && { 'aria-current': 'page' })}>
              {LABELS[name]}
            </a>
          ))}
        </nav>
        {overview && (
          <p class="now">
            {overview.simulated && <span class="badge">simulated ring</span>} {nowLine(overview, pipeline)}
          </p>
        )}
      </header>
      {/* The key: a change of the clock or a unit draws everything again. */}
      <main key={Object.values(preferences).join()}>
        <Failure>{error}</Failure>
        <Problems problems={pipeline?.problems ?? overview?.problems ?? []} />
        {!overview && !error && <p class="quiet">Loading…</p>}
        {overview && view === 'pipeline' && (
          <Pipeline overview={overview} pipeline={pipeline} trouble={trouble} />
        )}
        {overview && view === 'calendar' && <Calendar overview={overview} version={version} />}
        {overview && view === 'nights' && newest && (
          <Nights overview={overview} newest={newest} version={version} requested={night} />
        )}
        {overview && view === 'insights' && newest && <Insights newest={newest} version={version} />}
        {overview && (view === 'nights' || view === 'insights') && !newest && (
          <Empty overview={overview} pipeline={pipeline} />
        )}
      </main>
      <footer class="quiet">
        {overview && <p>Data from {overview.source}. Nothing leaves this machine.</p>}
        <Switches />
      </footer>
    </>
  );
};

/** Replaces a view if no night is stored: says when there will be one, or why there is none. */
const Empty = ({
  overview,
  pipeline,
}: {
  overview: OverviewAnswer;
  pipeline: PipelineAnswer | undefined;
}): VNode => {
  const [failure] = pipeline?.failures ?? [];
  const [run] = pipeline?.runs ?? [];
  return (
    <section class="card empty">
      <h2>No nights yet</h2>
      <p>
        {pipeline?.running.some(({ status }) => status === 'running')
          ? 'A sync is running. Nights appear here once they are stored.'
          : overview.next_sync
            ? `The ${run ? 'next' : 'first'} sync runs at ${showInstant(overview.next_sync, overview.time_zone)}.`
            : (overview.read_only ?? 'No sync is scheduled.')}
      </p>
      {run && run.status !== 'complete' && (
        <p>
          Last run: {run.status}
          {run.cause ? ` (${run.cause})` : ''}.{failure ? ` ${failure.message}.` : ''}{' '}
          <a href="#pipeline">Open Pipeline</a>
        </p>
      )}
      {(!run || run.status === 'complete') && overview.read_only === null && (
        <p>
          <a href="#pipeline">Sync now</a>
        </p>
      )}
    </section>
  );
};
