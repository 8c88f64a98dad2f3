import type { VNode } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarDay, GapRow, OverviewAnswer, SyncAnswer } from '../../server/api.ts';
import { post, useAction } from '../ask.ts';
import { isNight, linesOf } from './day-words.ts';

/** A button that syncs one date again. Absent if this page cannot start runs. */
const SyncAgain = ({ date, overview }: { date: string; overview: OverviewAnswer }): VNode | null => {
  const work = useCallback(async () => {
    await post<SyncAnswer>('/api/sync', { from: date, to: date });
    return 'Sync started. Pipeline shows the result.';
  }, [date]);
  const { busy, result, run } = useAction(work);
  if (overview.read_only !== null) return null;
  return (
    <span class="again">
      <button type="button" class="small" disabled={busy} onClick={run} aria-label={`Sync again: ${date}`}>
        Sync again
      </button>
      <span role="status">{result}</span>
    </span>
  );
};

/** The details of one date, with a button to sync a gap again. */
export const DayDetails = ({ day, overview }: { day: CalendarDay; overview: OverviewAnswer }): VNode => {
  const [title, ...lines] = linesOf(day);
  return (
    <div class="looked" aria-live="polite">
      <h3>{title}</h3>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {!isNight(day) && <SyncAgain date={day.date} overview={overview} />}
    </div>
  );
};

/** Gaps beyond this many are shown on demand. */
const GAPS_AT_FIRST = 10;

/** All gaps of the year, newest first. */
export const GapList = ({ gaps, overview }: { gaps: readonly GapRow[]; overview: OverviewAnswer }): VNode => {
  const [all, setAll] = useState(false);
  const shown = gaps.toReversed().slice(0, all ? gaps.length : GAPS_AT_FIRST);
  return (
    <section class="card">
      <h3>{plural(gaps.length, 'gap')}, newest first</h3>
      <ul class="gaps">
        {shown.map((gap) => {
          const [title, state, ...lines] = linesOf(gap);
          return (
            <li key={gap.date} data-date={gap.date}>
              <b>{title}</b>
              <span>{state}</span>
              <span class="quiet">{lines.join('. ')}</span>
              <SyncAgain date={gap.date} overview={overview} />
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
