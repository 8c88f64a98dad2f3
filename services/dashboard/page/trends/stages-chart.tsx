import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { showHours } from '../../../../shared/core/metrics.ts';
import type { NightRow } from '../../server/api.ts';
import { dayDate, NONE, showDay } from '../format.ts';
import type { ShownNights } from '../metrics.ts';
import { STAGES, type Stage } from '../night/stages.ts';
import { barEdges, daysAxis, halfBar } from './axes.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';

/** Half the width of a night's bar, in days. */
const HALF = 0.4;

const hoursText = (seconds: number | null): string => (seconds === null ? NONE : showHours(seconds));

/** Each stage with its time. */
export const stagesText = (of: (metric: Stage['metric']) => number | null): string[] =>
  STAGES.map(({ label, metric }) => `${label} ${hoursText(of(metric))}`);

/** The medians of a range. @param nights how many it has */
export const stagesSummary = (summaries: ShownNights['summaries'], nights: number): string => {
  const median = (metric: Stage['metric']) => summaries[metric].quartiles?.[1] ?? null;
  return STAGES.some(({ metric }) => median(metric) !== null)
    ? `${nights === 1 ? '' : 'Medians: '}${stagesText(median).join(', ')}.`
    : 'Stages: Oura has no value for these nights.';
};

const hasStages = (night: NightRow): boolean => STAGES.some(({ metric }) => night[metric] !== null);

export const StagesLegend = (): VNode => (
  <span class="legend">
    {STAGES.map(({ stage, label }) => (
      <span key={stage}>
        <i class={`swatch ${stage}`} /> {label}
      </span>
    ))}
  </span>
);

/** The stages of every night, stacked, in hours. */
export const StagesChart = ({ answer }: { answer: ShownNights }): VNode => {
  const readings = useMemo(
    () =>
      answer.nights.map(
        (night): Reading => ({
          days: { from: night.date, to: night.date },
          at: dayDate(night.date),
          value: null,
          text: [showDay(night.date), ...stagesText((metric) => night[metric])].join('\n'),
        }),
      ),
    [answer],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const half = halfBar(answer, width, HALF);
      const parts = answer.nights.flatMap((night) => {
        const edges = barEdges(night.date, half);
        return STAGES.map(({ stage, metric }) => ({
          ...edges,
          stage,
          colour: `var(--${stage})`,
          hours: (night[metric] ?? 0) / 3600,
        }));
      });
      const order = STAGES.map(({ stage }) => stage);
      return {
        height: 220,
        marginLeft: 34,
        marginRight: 10,
        x: daysAxis(answer, width),
        y: { label: null, ticks: 4, grid: true, tickSize: 0 },
        color: { type: 'identity' },
        marks: [
          Plot.rectY(
            parts,
            Plot.stackY({ x1: 'x1', x2: 'x2', y: 'hours', z: 'stage', order, fill: 'colour', insetTop: 1 }),
          ),
        ],
      };
    },
    [answer],
  );
  const isKnown = answer.nights.some(hasStages);
  return (
    <ReadingChart
      title="Stages"
      unit="h"
      legend={<StagesLegend />}
      plot={plot}
      readings={isKnown ? readings : []}
      summary={stagesSummary(answer.summaries, answer.nights.length)}
      grain="night"
    />
  );
};
