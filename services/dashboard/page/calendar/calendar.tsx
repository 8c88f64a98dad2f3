import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { isGap } from '../../../../shared/core/ledger.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarAnswer, CalendarDay, GapRow, OverviewAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { NightDownloads } from '../trends/downloads.tsx';
import { isNight } from './day-words.ts';
import { DayDetails, GapList } from './gap-list.tsx';
import { YearChart } from './year-chart.tsx';

/** Each state's name, in the order of the legend. */
const STATES = [
  ['stored', 'stored (stronger colour: higher score)'],
  ['provisional', 'provisional: Oura may still revise it'],
  ['no_data', 'no data'],
  ['failed', 'failed, parked or lost'],
  ['not_asked', 'not requested, or waiting'],
] as const;

/** A year of dates with their states. */
export const Calendar = ({ overview, version }: { overview: OverviewAnswer; version: number }): VNode => {
  const [year, setYear] = useState(Number(overview.today.slice(0, 4)));
  const [looked, setLooked] = useState<CalendarDay>();
  const { answer, error, loading } = useAnswer<CalendarAnswer>(`/api/calendar?year=${year}`, version);
  const gaps = useMemo(
    () => (answer?.days ?? []).filter((day): day is GapRow => !isNight(day) && isGap(day)),
    [answer],
  );
  return (
    <>
      <nav class="tools" aria-label="Year">
        <span class="group">
          <button
            type="button"
            aria-label="One year earlier"
            disabled={!answer || year <= answer.first_year}
            onClick={() => setYear(year - 1)}
          >
            ←
          </button>
          <h2>{year}</h2>
          <button
            type="button"
            aria-label="One year later"
            disabled={!answer || year >= answer.last_year}
            onClick={() => setYear(year + 1)}
          >
            →
          </button>
        </span>
        {answer && (
          <span class="range">
            {plural(answer.days.filter(isNight).length, 'night')}
            <span class="quiet"> · {plural(gaps.length, 'gap')}</span>
          </span>
        )}
        <NightDownloads from={`${year}-01-01`} to={`${year}-12-31`} />
      </nav>
      <Failure>{error}</Failure>
      {answer && (
        <div class={loading ? 'stale' : ''} aria-busy={loading}>
          {answer.days.length === 0 ? (
            <p class="notice">No data for {answer.year} yet.</p>
          ) : (
            <section class="card">
              <YearChart answer={answer} onLook={setLooked} />
              <ul class="legend">
                {STATES.map(([state, words]) => (
                  <li key={state}>
                    <i class={`swatch ${state}`} /> {words}
                  </li>
                ))}
              </ul>
              {looked?.date.startsWith(String(answer.year)) ? (
                <DayDetails key={looked.date} day={looked} overview={overview} />
              ) : (
                <p class="looked quiet">Hover over a day, or use Tab and the arrow keys.</p>
              )}
            </section>
          )}
          {gaps.length > 0 && <GapList gaps={gaps} overview={overview} />}
        </div>
      )}
    </>
  );
};
