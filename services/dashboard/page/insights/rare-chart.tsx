import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import type { RareNight } from '../../server/api.ts';
import { Chart } from '../chart.tsx';
import { dayDate, showDay } from '../format.ts';
import { usePlace } from '../place.ts';
import { QUALITIES } from './quality.tsx';

const tipOf = ({ date, kind, sentence, rarity }: RareNight): string =>
  [showDay(date), `${QUALITIES[kind].sign} ${kind}`, sentence, rarity].join('\n');

/** When the rare nights were, and how rare. */
export const RareChart = ({ rare }: { rare: readonly RareNight[] }): VNode => {
  const { go } = usePlace();
  const nights = useMemo(() => [...rare], [rare]);
  const plot = useCallback((): Plot.PlotOptions => {
    const at = { x: ({ date }: RareNight) => dayDate(date), y: 'once_in_nights' };
    return {
      height: 170,
      marginLeft: 48,
      marginRight: 14,
      marginBottom: 26,
      x: { type: 'utc', label: null, ticks: 5, tickSize: 3 },
      y: {
        type: 'log',
        label: 'once in so many nights',
        labelArrow: 'none',
        ticks: 4,
        grid: true,
        tickFormat: ',d',
      },
      color: { type: 'identity' },
      marks: [
        Plot.text(nights, {
          ...at,
          text: ({ kind }: RareNight) => QUALITIES[kind].sign,
          fill: ({ kind }: RareNight) => QUALITIES[kind].colour,
          fontSize: 13,
        }),
        Plot.dot(nights, Plot.pointer({ ...at, r: 9, stroke: 'var(--text)', className: 'pointed' })),
      ],
    };
  }, [nights]);
  const open = useCallback(({ date }: RareNight) => go({ view: 'nights', night: date }), [go]);
  return (
    <figure class="pair">
      <Chart
        label={`${plural(rare.length, 'rare night')} over time. The list has the same nights.`}
        plot={plot}
        tip={tipOf}
        onPick={open}
      />
      <figcaption class="note quiet">▲ good, ▼ bad, ✚ possible illness, ◆ mixed.</figcaption>
    </figure>
  );
};
