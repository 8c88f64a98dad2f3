import type { RefObject, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Day } from '../../../shared/core/day.ts';
import { plural } from '../../../shared/core/text.ts';
import type { OverviewAnswer, PipelineAnswer } from '../server/api.ts';
import { type Loaded, useAnswer } from './ask.ts';
import { Banner } from './banner.tsx';
import { Calendar } from './calendar/calendar.tsx';
import { useConnection } from './connection.ts';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { showDay, showInstant } from './format.ts';
import { Insights } from './insights/insights.tsx';
import { useKeptFocus } from './kept-focus.ts';
import { LiveContext, useLive } from './live.ts';
import { Pipeline } from './pipeline/pipeline.tsx';
import { rowsOf, titleOf } from './pipeline/words.ts';
import { usePlace, VIEWS, type View } from './place.ts';
import { usePreferences } from './preferences.ts';
import { Switches } from './switches.tsx';
import { Nights } from './trends/nights.tsx';

const LABELS: Readonly<Record<View, string>> = {
  nights: 'Nights',
  calendar: 'Calendar',
  insights: 'Insights',
  pipeline: 'Pipeline',
};

/**
 * The overview, and a number that increases when nights or gaps may have changed: views then load again. The overview, which
 * opens the page, may be older than the first state of the pipeline.
 */
const useOverview = (
  pipeline: PipelineAnswer | undefined,
): Pick<Loaded<OverviewAnswer>, 'answer' | 'error'> & { version: number } => {
  const [version, setVersion] = useState(0);
  const { answer, error, loading } = useAnswer<OverviewAnswer>('/api/overview', version);
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (!pipeline) return;
    const { newest, runs, failures, running, today } = pipeline;
    const state = JSON.stringify([newest, runs[0]?.run_id, failures, running.length, today]);
    const hasChanged = seen.current !== undefined && seen.current !== state;
    const isOld = !loading && answer && (answer.today !== today || answer.newest !== newest);
    seen.current = state;
    if (hasChanged || isOld) setVersion((before) => before + 1);
  }, [pipeline, answer, loading]);
  return { answer, error, version };
};

/** The status in the header. */
const nowLine = (overview: OverviewAnswer, pipeline: PipelineAnswer | undefined): string => {
  const run = pipeline && rowsOf(pipeline).find(({ finished_at }) => finished_at === null);
  if (run) {
    const { planned, pending } = run.counts;
    if (run.status === 'stopped') return 'Sync stopped';
    return `${titleOf(run)}${planned === 0 ? '…' : `: ${planned - pending} of ${plural(planned, 'date')}`}`;
  }
  if (overview.next_sync) return `Next sync ${showInstant(overview.next_sync, overview.time_zone)}`;
  return overview.read_only === null ? '' : 'Not running';
};

/** Names the view and the night in the title of the window, and moves the focus to a view whose link is gone. */
const useArrival = (view: View, night: Day | undefined, main: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    document.title = [LABELS[view], ...(night === undefined ? [] : [showDay(night)]), 'Sleep'].join(' · ');
  }, [view, night]);
  const [first] = useState(view);
  const moved = useRef(false);
  useEffect(() => {
    moved.current ||= view !== first;
    const { activeElement } = document;
    if (!moved.current || (activeElement !== document.body && activeElement !== main.current)) return;
    main.current?.focus();
    scrollTo(0, 0);
  }, [view, first, main]);
};

export const App = (): VNode => {
  const { place, hrefOf } = usePlace();
  const { view } = place;
  const preferences = usePreferences();
  const live = useLive(view === 'pipeline');
  const { pipeline } = live;
  const { trouble } = useConnection();
  const { answer: overview, error, version } = useOverview(pipeline);
  const newest = pipeline?.newest ?? overview?.newest ?? undefined;
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  useArrival(view, place.night ?? (view === 'nights' ? newest : undefined), main);
  return (
    <LiveContext.Provider value={live}>
      <header class="bar">
        <a
          class="skip"
          href={hrefOf({})}
          onClick={(event) => {
            event.preventDefault();
            main.current?.focus();
          }}
        >
          Skip to the content
        </a>
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
            {overview.simulated && <span class="badge">simulated ring</span>}{' '}
            {trouble === undefined ? nowLine(overview, pipeline) : 'Not connected'}
          </p>
        )}
      </header>
      {/* The key: a change of the clock or a unit draws everything again. */}
      <main key={Object.values(preferences).join()} ref={main} tabIndex={-1}>
        <Banner overview={overview} />
        <Failure>{error}</Failure>
        {!overview && !error && trouble === undefined && <p class="quiet">Loading…</p>}
        {overview && view === 'pipeline' && <Pipeline overview={overview} />}
        {overview && view === 'calendar' && <Calendar overview={overview} version={version} />}
        {overview && view === 'nights' && newest && (
          <Nights overview={overview} newest={newest} version={version} />
        )}
        {overview && view === 'insights' && newest && <Insights newest={newest} version={version} />}
        {overview && (view === 'nights' || view === 'insights') && !newest && <Empty overview={overview} />}
      </main>
      <footer class="quiet">
        {overview && <p>Data from {overview.source}. Nothing leaves this machine.</p>}
        <Switches />
      </footer>
    </LiveContext.Provider>
  );
};
