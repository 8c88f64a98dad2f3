import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { capitalized } from '../../../../shared/core/text.ts';
import type { RareNight } from '../../server/api.ts';
import { showDay } from '../format.ts';

/** Rare nights beyond this many are shown on demand. */
const RARE_AT_FIRST = 10;

const COLOURS = { good: 'good', bad: 'bad', 'possible illness': 'bad', mixed: '' } as const;

export const RareNights = ({ rare }: { rare: readonly RareNight[] }): VNode => {
  const [all, setAll] = useState(false);
  const shown = rare.slice(0, all ? rare.length : RARE_AT_FIRST);
  return (
    <section class="card" aria-labelledby="rare-nights">
      <h2 id="rare-nights">
        Rare nights {rare.length > 0 && <span class="quiet">{rare.length}, the rarest first</span>}
      </h2>
      {rare.length === 0 && <p class="quiet">None.</p>}
      <ul class="rare">
        {shown.map(({ date, kind, sentence, rarity }) => (
          <li key={date} data-date={date}>
            <a href={`#nights/${date}`}>{showDay(date)}</a>
            <span>
              <span class={`badge ${COLOURS[kind]}`}>{kind}</span> {sentence}{' '}
              <span class="quiet">{capitalized(rarity)}.</span>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < rare.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          Show all {rare.length}
        </button>
      )}
      <p class="note quiet">
        All values of a night are compared with the nights before it. If nothing is wrong, at most about six
        nights a year are listed. It needs four weeks of nights.
      </p>
    </section>
  );
};
