import type { ComponentChildren, VNode } from 'preact';

/** What a finding means for the person. */
export type Quality = 'good' | 'bad' | 'mixed' | 'possible illness';

/** A sign and a colour for each: neither alone has to be seen. */
export const QUALITIES: Readonly<Record<Quality, { readonly sign: string; readonly colour: string }>> = {
  good: { sign: '▲', colour: 'var(--good)' },
  bad: { sign: '▼', colour: 'var(--bad)' },
  'possible illness': { sign: '✚', colour: 'var(--bad)' },
  mixed: { sign: '◆', colour: 'var(--quiet)' },
};

/** A badge in the colour of a quality, with its sign. */
export const QualityBadge = ({
  quality,
  children,
}: {
  quality: Quality | undefined;
  children: ComponentChildren;
}): VNode => (
  <span class={`badge ${quality === 'possible illness' ? 'bad' : (quality ?? '')}`}>
    {quality && <span aria-hidden="true">{QUALITIES[quality].sign} </span>}
    {children}
  </span>
);
