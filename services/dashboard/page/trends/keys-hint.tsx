import type { VNode } from 'preact';

/** The id of the hint, which every chart over days refers to. */
export const KEYS_HINT = 'keys-hint';

/** How to use the charts over days, once per view. */
export const KeysHint = (): VNode => (
  <p class="note quiet" id={KEYS_HINT}>
    In a chart, the arrow keys move from night to night, Page up and Page down by a week, and Enter opens.
  </p>
);
