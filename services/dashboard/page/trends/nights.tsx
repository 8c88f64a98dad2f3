import type { VNode } from 'preact';
import type { Day } from '../../../../shared/core/day.ts';
import type { OverviewAnswer } from '../../server/api.ts';
import { Failure } from '../failure.tsx';
import { showDay } from '../format.ts';
import { Night } from '../night/night.tsx';
import { GroupCharts } from './group-charts.tsx';
import { KeysHint } from './keys-hint.tsx';
import { NightCharts } from './night-charts.tsx';
import { Patterns } from './patterns.tsx';
import { RangeTools } from './range-tools.tsx';
import { useShownRange } from './shown-range.ts';

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

/** A night, and the trends around it. */
export const Nights = ({
  overview,
  newest,
  version,
}: {
  overview: OverviewAnswer;
  newest: Day;
  version: number;
}): VNode => {
  const shown = useShownRange(newest, version);
  const { asked, nights, groups, rare_nights, isEmpty, error, loading } = shown;
  const answer = groups ?? nights;
  return (
    <>
      <Missing overview={{ ...overview, newest }} />
      <Failure>{error}</Failure>
      <Night overview={overview} newest={newest} version={version} rare_nights={rare_nights} />
      <RangeTools shown={shown} newest={newest} today={overview.today} />
      {isEmpty && (
        <p class="notice">
          No nights are stored{asked.from !== undefined && ` from ${showDay(asked.from)}`} to{' '}
          {showDay(asked.to)}.
        </p>
      )}
      <div class={loading ? 'stale' : ''} aria-busy={loading}>
        {nights && <NightCharts answer={nights} />}
        {groups && <GroupCharts answer={groups} />}
        {answer && <Patterns from={answer.from} to={answer.to} version={version} />}
        {answer && <KeysHint />}
      </div>
    </>
  );
};
