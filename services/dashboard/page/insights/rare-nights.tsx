import type { VNode } from 'preact';
import { capitalized, plural } from '../../../../shared/core/text.ts';
import type { RareNight } from '../../server/api.ts';
import { showDay } from '../format.ts';
import { useOpen, usePlace } from '../place.ts';
import { QualityBadge } from './quality.tsx';
import { RareChart } from './rare-chart.tsx';

/** Rare nights beyond this many are shown on demand. */
const RARE_AT_FIRST = 10;

const Night = ({ night: { date, kind, sentence, rarity } }: { night: RareNight }): VNode => {
  const { hrefOf } = usePlace();
  return (
    <li data-date={date}>
      <a href={hrefOf({ view: 'nights', night: date })}>{showDay(date)}</a>
      <span>
        <QualityBadge quality={kind}>{kind}</QualityBadge> {sentence}{' '}
        <span class="quiet">{capitalized(rarity)}.</span>
      </span>
    </li>
  );
};

/** The rare nights of the period, the rarest first. */
export const RareNights = ({ rare }: { rare: readonly RareNight[] }): VNode => {
  const others = useOpen('rare-nights');
  const list = (from: number, to?: number) => (
    <ol class="rare" start={from + 1}>
      {rare.slice(from, to).map((night) => (
        <Night key={night.date} night={night} />
      ))}
    </ol>
  );
  return (
    <section class="card" aria-labelledby="rare-nights">
      <h2 id="rare-nights">
        Rare nights {rare.length > 0 && <span class="quiet">{rare.length}, the rarest first</span>}
      </h2>
      {rare.length === 0 && <p class="finding">No night was rare.</p>}
      {list(0, RARE_AT_FIRST)}
      {rare.length > 1 && <RareChart rare={rare} />}
      {rare.length > RARE_AT_FIRST && (
        <details {...others}>
          <summary>{plural(rare.length - RARE_AT_FIRST, 'less rare night')}</summary>
          {list(RARE_AT_FIRST)}
        </details>
      )}
      <p class="note quiet">
        All values of a night are compared with the nights before it. False alarms: in simulated histories in
        which nothing is wrong, 1 to 5 nights a year are listed by chance. The first four weeks have none,
        because nothing is known yet.
      </p>
    </section>
  );
};
