import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { addDays } from '../../../../shared/core/day.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { NightsAnswer, OverviewAnswer, RareNightsAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { showDay } from '../format.ts';
import { MAIN_METRICS, MORE_METRICS, type ShownNights } from '../metrics.ts';
import { Night } from '../night/night.tsx';
import { usePlace } from '../place.ts';
import { NightDownloads } from './downloads.tsx';
import { BedtimesChart, StagesChart } from './more-charts.tsx';
import { NightList } from './night-list.tsx';
import { TrendChart } from './trend-chart.tsx';

const RANGES = [7, 30, 90, 365] as const;
const RANGE_AT_FIRST = 30;

/** Says that the night of today is not stored yet, if it is not, and what to do. */
const Missing = ({ overview }: { overview: OverviewAnswer }): VNode | null => {
  const { missing, newest, today, next_sync } = overview;
  if (newest === null || newest >= today) return null;
  const why = missing
    ? `${missing.evidence ?? missing.reason}: ${missing.next}.`
    : `If you slept, open the Oura app to sync the ring.${next_sync ? ' The next sync requests the night.' : ''}`;
  return (
    <p class="notice" role="status">
      <b>No night for {showDay(today)} yet.</b> {why}
    </p>
  );
};

/** The end of a range with the requested night and the week after it; `undefined` for the newest night. */
const endAround = (requested: string | undefined, newest: string): string | undefined => {
  const end = requested === undefined ? newest : addDays(requested, 7);
  return end < newest ? end : undefined;
};

/** Last night and the trends up to it. */
export const Nights = ({
  overview,
  newest,
  version,
  requested,
}: {
  overview: OverviewAnswer;
  newest: string;
  version: number;
  /** The night in the address. */
  requested: string | undefined;
}): VNode => {
  const [days, setDays] = useState<number>(RANGE_AT_FIRST);
  const [end, setEnd] = useState(() => endAround(requested, newest));
  const { go } = usePlace();
  const pick = useCallback((date: string) => go({ night: date }), [go]);
  useEffect(() => {
    if (requested === undefined) return;
    setEnd(endAround(requested, newest));
  }, [requested, newest]);
  const to = end ?? newest;
  const from = addDays(to, 1 - days);
  const {
    answer: nights,
    error,
    loading,
  } = useAnswer<NightsAnswer>(`/api/nights?from=${from}&to=${to}`, version);
  // Takes longer, because it depends on all nights. The charts are shown before.
  const { answer: rare } = useAnswer<RareNightsAnswer>('/api/rare-nights', version);
  const answer = useMemo(
    (): ShownNights | undefined => nights && { ...nights, rare_nights: rare?.rare_nights ?? [] },
    [nights, rare],
  );
  const move = useCallback(
    (by: number) => {
      const next = addDays(to, by);
      setEnd(next >= newest ? undefined : next);
    },
    [to, newest],
  );
  return (
    <>
      <Missing overview={{ ...overview, newest }} />
      <Failure>{error}</Failure>
      <Night overview={overview} newest={newest} version={version} rare_nights={rare?.rare_nights ?? []} />
      <nav class="tools" aria-label="Range of the charts">
        <span class="group">
          {RANGES.map((range) => (
            <button
              type="button"
              key={range}
              aria-pressed={range === days}
              onClick={() => {
                setDays(range);
              }}
            >
              {range === 365 ? '1 year' : `${range} days`}
            </button>
          ))}
        </span>
        <span class="group">
          <button type="button" onClick={() => move(-days)} aria-label={`${days} days earlier`}>
            ←
          </button>
          <button
            type="button"
            onClick={() => move(days)}
            disabled={end === undefined}
            aria-label={`${days} days later`}
          >
            →
          </button>
        </span>
        <span class="range" aria-live="polite">
          {showDay(from)} – {showDay(to)}
          {answer && <span class="quiet"> · {plural(answer.nights.length, 'night')}</span>}
        </span>
        <NightDownloads from={from} to={to} />
      </nav>
      {answer && (
        <div class={loading ? 'stale' : ''} aria-busy={loading}>
          {answer.nights.length === 0 ? (
            <p class="notice">
              No nights are stored from {showDay(answer.from)} to {showDay(answer.to)}.
            </p>
          ) : (
            <Charts answer={answer} onPick={pick} />
          )}
        </div>
      )}
    </>
  );
};

/** What each mark in the charts means. */
const MARKS = [
  ['night', 'night'],
  ['provisional', 'provisional'],
  ['nap', 'with naps'],
  ['revised', 'revised'],
  ['rare', 'rare'],
  ['mean', '7-day mean'],
  ['band', 'your typical range: two thirds of the nights in the 8 weeks before'],
] as const;

const Charts = ({ answer, onPick }: { answer: ShownNights; onPick: (date: string) => void }): VNode => {
  const [more, setMore] = useState(false);
  const [list, setList] = useState(false);
  return (
    <>
      <ul class="legend marks" aria-label="How to read the charts">
        {MARKS.filter(([mark]) => mark !== 'rare' || answer.rare_nights.length > 0).map(([mark, words]) => (
          <li key={mark}>
            <i class={`mark ${mark}`} /> {words}
          </li>
        ))}
      </ul>
      <div class="grid">
        {MAIN_METRICS.map((view) => (
          <TrendChart key={view.metric} answer={answer} view={view} onPick={onPick} />
        ))}
        <StagesChart answer={answer} />
        <BedtimesChart answer={answer} onPick={onPick} />
      </div>
      <details open={more} onToggle={({ currentTarget }) => setMore(currentTarget.open)}>
        <summary>More metrics</summary>
        {more && (
          <div class="grid">
            {MORE_METRICS.map((view) => (
              <TrendChart key={view.metric} answer={answer} view={view} onPick={onPick} />
            ))}
          </div>
        )}
      </details>
      <details open={list} onToggle={({ currentTarget }) => setList(currentTarget.open)}>
        <summary>Every value as a table</summary>
        {list && <NightList answer={answer} />}
      </details>
    </>
  );
};
