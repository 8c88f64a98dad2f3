import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { Chart } from '../chart.tsx';
import { lengthOf, MARGIN_LEFT, MARGIN_RIGHT, type NightScale, nightAxis, spanAt } from './night-scale.ts';
import { type Stretch, stretchesOf } from './placed-periods.ts';
import { STAGES, stageLabel } from './stages.ts';

/** From the lowest level to the highest: the deeper the sleep, the lower. */
const LEVELS = ['deep', 'light', 'rem', 'awake'] as const;
/** Half the height of a level. */
const HALF = 0.34;
/** The edges of the chart, half a level beyond the first and the last. */
const [BOTTOM, TOP] = [-0.5, LEVELS.length - 0.5];

/** A stretch on its level, and the middle of a phase in it. */
interface Slot extends Stretch {
  readonly y1: number;
  readonly y2: number;
  readonly middle: number;
}

const levelOf = ({ stage }: Stretch): { y1: number; y2: number } => {
  if (stage === 'unknown') return { y1: BOTTOM, y2: TOP };
  const level = LEVELS.indexOf(stage);
  return { y1: level - HALF, y2: level + HALF };
};

/** A stretch once per phase, so that the pointer finds it at any of its places. */
const slotsOf = (stretch: Stretch, phaseMs: number): Slot[] => {
  const { from, to } = stretch;
  const count = Math.max(1, Math.round((to - from) / phaseMs));
  return Array.from({ length: count }, (_, index) => ({
    ...stretch,
    ...levelOf(stretch),
    middle: from + ((index + 0.5) * (to - from)) / count,
  }));
};

/** Where one known stage follows another. */
const stepsOf = (stretches: readonly Stretch[]): { at: number; y1: number; y2: number }[] =>
  stretches.slice(1).flatMap((next, index) => {
    const last = stretches[index];
    if (!last || last.to !== next.from || last.stage === 'unknown' || next.stage === 'unknown') return [];
    return [{ at: next.from, y1: LEVELS.indexOf(last.stage), y2: LEVELS.indexOf(next.stage) }];
  });

/** The stages of the night over the sleeper's clock, each on its level and in its colour. */
export const Hypnogram = ({ scale, label }: { scale: NightScale; label: string }): VNode => {
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const { phase_seconds } = scale;
      const { x, breaks, pauses } = nightAxis(scale, width);
      const stretches = scale.placed.flatMap((placed) => stretchesOf(placed, phase_seconds));
      const bars = stretches.map((stretch) => ({ ...stretch, ...levelOf(stretch) }));
      const slots = stretches.flatMap((stretch) => slotsOf(stretch, phase_seconds * 1000));
      const box = { x1: 'from', x2: 'to', y1: 'y1', y2: 'y2' } as const;
      return {
        height: 168,
        marginTop: 6,
        marginLeft: MARGIN_LEFT,
        marginRight: MARGIN_RIGHT,
        x,
        y: {
          domain: [BOTTOM, TOP],
          label: null,
          ticks: LEVELS.map((_, level) => level),
          tickFormat: (level: number) => stageLabel(LEVELS[level] ?? 'unknown'),
          tickSize: 0,
          grid: true,
        },
        marks: [
          ...breaks,
          Plot.rect(
            bars.filter(({ stage }) => stage === 'unknown'),
            { ...box, fill: 'var(--soft)', stroke: 'var(--quiet)', strokeDasharray: '3 3' },
          ),
          Plot.ruleX(stepsOf(stretches), { x: 'at', y1: 'y1', y2: 'y2', stroke: 'var(--dot)' }),
          // One mark per stage: a picture of this chart can be edited by stage.
          ...STAGES.map(({ stage }) =>
            Plot.rect(
              bars.filter((bar) => bar.stage === stage),
              { ...box, fill: `var(--${stage})`, className: `stage-${stage}` },
            ),
          ),
          Plot.text(pauses, { x: 'at', y: (LEVELS.length - 1) / 2, text: 'text', fill: 'var(--quiet)' }),
          Plot.rect(
            slots,
            Plot.pointerX({
              ...box,
              px: 'middle',
              className: 'pointed',
              fill: 'none',
              stroke: 'var(--text)',
              strokeWidth: 1.5,
            }),
          ),
        ],
      };
    },
    [scale],
  );
  const tip = useCallback(
    ({ stage, from, to }: Slot): string =>
      `${stageLabel(stage)} ${lengthOf({ from, to })}\n${spanAt(scale.clock, { from, to })}`,
    [scale],
  );
  return <Chart label={label} plot={plot} tip={tip} />;
};
