import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import type { Direction, Effect } from '../../server/api.ts';
import { Chart } from '../chart.tsx';
import { qualityOf, shortNameOf } from './effect-words.ts';
import { QUALITIES } from './quality.tsx';

interface Row {
  readonly name: string;
  readonly low: number;
  readonly rho: number;
  readonly high: number;
  readonly sign: string;
  readonly colour: string;
  readonly sentence: string;
}

/** The height of a row: its name, and its interval below. */
const ROW = 44;
/** A likely effect that is neither good nor bad, and one that is not likely. */
const [LIKELY, OTHER] = ['●', '○'];

const tipOf = ({ sentence }: Row): string => sentence;

/** How strong the relation of each pair is, with its interval. What is likely has a filled sign. */
export const ForestChart = ({
  effects,
  direction,
}: {
  /** In the order of their rows. */
  effects: readonly Effect[];
  direction: Direction;
}): VNode | null => {
  const rows = useMemo(
    () =>
      effects.flatMap((effect): Row[] => {
        const { rho, ci, verdict, sentence } = effect;
        if (rho === null || ci === null) return [];
        const quality = qualityOf(direction, effect);
        const { sign, colour } = quality
          ? QUALITIES[quality]
          : verdict === 'likely'
            ? { sign: LIKELY, colour: 'var(--text)' }
            : { sign: OTHER, colour: 'var(--quiet)' };
        return [
          { name: shortNameOf(direction, effect), low: ci[0], rho, high: ci[1], sign, colour, sentence },
        ];
      }),
    [effects, direction],
  );
  const plot = useCallback(
    (): Plot.PlotOptions => ({
      height: rows.length * ROW + 52,
      marginLeft: 8,
      marginRight: 8,
      marginTop: 8,
      marginBottom: 44,
      x: {
        label: '← less · strength (partial correlation) · more →',
        labelArrow: 'none',
        labelAnchor: 'center',
        ticks: 5,
        tickSize: 3,
        nice: true,
      },
      y: { type: 'band', axis: null, domain: rows.map(({ name }) => name), padding: 0 },
      marks: [
        Plot.ruleX([0], { stroke: 'var(--quiet)' }),
        Plot.text(rows, {
          y: 'name',
          text: 'name',
          frameAnchor: 'left',
          textAnchor: 'start',
          dy: -4,
          fill: 'var(--text)',
          stroke: 'var(--surface)',
          strokeWidth: 4,
          fontSize: 12,
        }),
        Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', stroke: 'colour', strokeWidth: 2, dy: 10 }),
        Plot.dot(
          rows.filter(({ sign }) => sign === OTHER),
          { x: 'rho', y: 'name', r: 4, fill: 'var(--surface)', stroke: 'colour', strokeWidth: 1.5, dy: 10 },
        ),
        Plot.text(
          rows.filter(({ sign }) => sign !== OTHER),
          { x: 'rho', y: 'name', text: 'sign', fill: 'colour', fontSize: 14, dy: 10 },
        ),
        Plot.dot(
          rows,
          Plot.pointerY({ x: 'rho', y: 'name', r: 9, stroke: 'var(--text)', dy: 10, className: 'pointed' }),
        ),
      ],
      color: { type: 'identity' },
    }),
    [rows],
  );
  if (rows.length === 0) return null;
  return (
    <figure class="pair">
      <Chart
        label={`The strength of the relation of ${plural(rows.length, 'pair')}, with 95 % intervals. The sentences say the same.`}
        plot={plot}
        tip={tipOf}
      />
      <figcaption class="note quiet">
        Right of the line: more of the first goes with more of the second. Filled signs are likely: ▲ good, ▼
        bad, ● neither. ○{'\u00a0'}is undecided or too small to matter.
      </figcaption>
    </figure>
  );
};
