import type { VNode } from 'preact';
import { plural } from '../../../../shared/core/text.ts';
import type { GapRow, OverviewAnswer } from '../../server/api.ts';
import { useOpen, usePlace } from '../place.ts';
import { SyncAgain } from '../sync-again.tsx';
import { linesOf } from './day-words.ts';

/** Gaps beyond this many are shown on demand. */
const GAPS_AT_FIRST = 10;

const Gap = ({ gap, overview }: { gap: GapRow; overview: OverviewAnswer }): VNode => {
  const { hrefOf } = usePlace();
  const [title, state, ...lines] = linesOf(gap);
  return (
    <li data-date={gap.date}>
      <a href={hrefOf({ view: 'nights', night: gap.date })}>{title}</a>
      <span>{state}</span>
      <span class="quiet">{lines.join('. ')}</span>
      <SyncAgain date={gap.date} overview={overview} />
    </li>
  );
};

/** All gaps of the year, newest first. */
export const GapList = ({ gaps, overview }: { gaps: readonly GapRow[]; overview: OverviewAnswer }): VNode => {
  const others = useOpen('gaps');
  const newestFirst = gaps.toReversed();
  const list = (some: readonly GapRow[]) => (
    <ul class="gaps">
      {some.map((gap) => (
        <Gap key={gap.date} gap={gap} overview={overview} />
      ))}
    </ul>
  );
  return (
    <section class="card">
      <h3>{plural(gaps.length, 'gap')}, newest first</h3>
      {list(newestFirst.slice(0, GAPS_AT_FIRST))}
      {gaps.length > GAPS_AT_FIRST && (
        <details {...others}>
          <summary>{plural(gaps.length - GAPS_AT_FIRST, 'earlier gap')}</summary>
          {list(newestFirst.slice(GAPS_AT_FIRST))}
        </details>
      )}
    </section>
  );
};
