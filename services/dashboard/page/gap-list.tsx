import type { VNode } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { CalendarDay, GapRow, OverviewAnswer, SyncAnswer } from '../server/api.ts';
import { post, useAction } from './ask.ts';
import { isNight, linesOf } from './day-words.ts';
import { plural } from './format.ts';

/** Asks Oura for one date anew, where a run can be started from here. */
const AskAgain = ({ date, overview }: { date: string; overview: OverviewAnswer }): VNode | null => {
  const work = useCallback(async () => {
    await post<SyncAnswer>('/api/sync', { from: date, to: date });
    return 'Oura is being asked: Pipeline shows how it ends.';
  }, [date]);
  const { busy, said, run } = useAction(work);
  if (overview.read_only !== null) return null;
  return (
    <span class="again">
      <button type="button" class="small" disabled={busy} onClick={run} aria-label={`Ask again for ${date}`}>
        Ask again
      </button>
      <span role="status">{said}</span>
    </span>
  );
};

/** What is known of one date, and what can be done about it. */
export const DayDetails = ({ day, overview }: { day: CalendarDay; overview: OverviewAnswer }): VNode => {
  const [title, ...lines] = linesOf(day);
  return (
    <div class="looked" aria-live="polite">
      <h3>{title}</h3>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {!isNight(day) && <AskAgain date={day.date} overview={overview} />}
    </div>
  );
};

/** Gaps beyond this many are shown on demand. */
const GAPS_AT_FIRST = 10;

/** Every gap of the year, the newest first. */
export const GapList = ({ gaps, overview }: { gaps: readonly GapRow[]; overview: OverviewAnswer }): VNode => {
  const [all, setAll] = useState(false);
  const shown = gaps.toReversed().slice(0, all ? gaps.length : GAPS_AT_FIRST);
  return (
    <section class="card">
      <h3>{plural(gaps.length, 'gap')}, the newest first</h3>
      <ul class="gaps">
        {shown.map((gap) => {
          const [title, state, ...lines] = linesOf(gap);
          return (
            <li key={gap.date} data-date={gap.date}>
              <b>{title}</b>
              <span>{state}</span>
              <span class="quiet">{lines.join('. ')}</span>
              <AskAgain date={gap.date} overview={overview} />
            </li>
          );
        })}
      </ul>
      {shown.length < gaps.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          Show all {gaps.length}
        </button>
      )}
    </section>
  );
};
