import type { VNode } from 'preact';
import { LOOKS, PROVISIONAL_SIGN } from './day-look.ts';
import { SCORE_LEVELS } from './score-levels.ts';

const WORDS = [
  ['no_score', 'night without a score'],
  ['no_data', 'no data'],
  ['failed', 'failed, parked or lost'],
  ['not_asked', 'not requested, requested too early, or waiting'],
] as const;

/** What the colours and signs of the calendar mean. */
export const Legend = (): VNode => (
  <ul class="legend">
    {SCORE_LEVELS.map(({ level, least, most, name }) => (
      <li key={level}>
        <i class={`swatch score-${level}`} /> {least}–{most} {name}
      </li>
    ))}
    <li>
      <i class="swatch provisional">{PROVISIONAL_SIGN}</i> provisional: Oura may still revise it
    </li>
    {WORDS.map(([name, words]) => (
      <li key={name}>
        <i class={`swatch ${name}`}>{LOOKS[name].sign}</i> {words}
      </li>
    ))}
  </ul>
);
