import * as Plot from '@observablehq/plot';
import type { Day } from '../../../../shared/core/day.ts';
import type { NightRow, TrendRow } from '../../server/api.ts';

/** The one mark of a night: what matters most about it. */
type NightMark = 'rare' | 'provisional' | 'revised' | 'night';

export const markOf = (
  { settled, revision }: Pick<NightRow, 'settled' | 'revision'>,
  isRare: boolean,
): NightMark => {
  if (isRare) return 'rare';
  if (!settled) return 'provisional';
  return revision > 1 ? 'revised' : 'night';
};

/** What is drawn for the nights of a range, so that the legend has nothing else. */
export const drawnIn = ({
  from,
  to,
  nights,
  trends,
  rare_nights,
}: {
  from: Day;
  to: Day;
  nights: readonly Pick<NightRow, 'settled' | 'revision'>[];
  trends: Readonly<Record<string, readonly Pick<TrendRow, 'mean' | 'low'>[]>>;
  rare_nights: readonly { readonly date: Day }[];
}): ReadonlySet<NightMark | 'mean' | 'band'> => {
  const days = Object.values(trends).flat();
  return new Set([
    // A rare night keeps its other mark in the charts of the metrics that are not rare.
    ...nights.map((night) => markOf(night, false)),
    ...(rare_nights.some(({ date }) => date >= from && date <= to) ? (['rare'] as const) : []),
    ...(days.some(({ mean }) => mean !== null) ? (['mean'] as const) : []),
    ...(days.some(({ low }) => low !== null) ? (['band'] as const) : []),
  ]);
};

/** A night with its position and its mark. */
interface Marked {
  readonly at: Date;
  readonly value: number;
  readonly mark: NightMark;
}

/** Marks that stand out are this much larger than the dot of a night, and large enough to see the difference. */
const MORE = 1.5;
const LEAST = 3.5;

/** How each mark looks. The shapes differ, so the chart can be read without colours. */
const LOOKS: Readonly<Record<NightMark, Plot.DotOptions>> = {
  night: { symbol: 'circle', fill: 'var(--dot)' },
  provisional: { symbol: 'circle', fill: 'var(--surface)', stroke: 'var(--dot)', strokeWidth: 1.75 },
  revised: { symbol: 'diamond', fill: 'var(--revised)' },
  rare: { symbol: 'triangle', fill: 'var(--bad)', stroke: 'var(--surface)', strokeWidth: 1 },
};

const ORDER: readonly NightMark[] = ['night', 'revised', 'provisional', 'rare'];

/** The marks of nights, one for each, the rare ones on top. @param radius of a night's dot */
export const nightDots = (nights: readonly Marked[], radius: number): Plot.Markish[] =>
  ORDER.map((mark) => {
    const r = mark === 'night' ? radius : Math.max(LEAST, radius + MORE);
    const those = nights.filter((night) => night.mark === mark);
    return Plot.dot(those, { x: 'at', y: 'value', r, ...LOOKS[mark], className: `nights-${mark}` });
  });
