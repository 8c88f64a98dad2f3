import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import { STAGES } from '../night/stages.ts';
import { apart, daysAxis, middleOf } from './axes.ts';
import { groupName } from './group-text.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import type { GroupedNights } from './shown-range.ts';
import { StagesLegend, stagesSummary, stagesText } from './stages-chart.tsx';

const HEIGHT = 220;
const MARGIN = { top: 20, bottom: 30 } as const;
/** Between the names of two stages, in pixels. */
const LABEL_HEIGHT = 11;

/** The median of each stage in each week or month. Medians do not add up, so each stage has its own line. */
export const GroupStagesChart = ({ answer }: { answer: GroupedNights }): VNode => {
  const readings = useMemo(
    () =>
      answer.groups.map(
        (group): Reading => ({
          days: group,
          at: middleOf(group.from, group.to),
          value: null,
          text: [
            groupName(group, answer.by),
            ...stagesText((metric) => group.metrics[metric]?.[1] ?? null),
            plural(group.nights, 'night'),
          ].join('\n'),
        }),
      ),
    [answer],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const points = STAGES.flatMap(({ stage, metric, label }) =>
        answer.groups.map(({ from, to, metrics }) => {
          const [, median] = metrics[metric] ?? [];
          return {
            ...{ stage, label, at: middleOf(from, to), colour: `var(--${stage})` },
            hours: median === undefined ? null : median / 3600,
          };
        }),
      );
      const last = STAGES.flatMap(
        ({ stage }) => points.findLast((point) => point.stage === stage && point.hours !== null) ?? [],
      );
      const most = Math.max(...points.map(({ hours }) => hours ?? 0));
      const labelled = apart(
        last.map(({ hours }) => hours ?? 0),
        (LABEL_HEIGHT * most) / (HEIGHT - MARGIN.top - MARGIN.bottom),
      );
      return {
        height: HEIGHT,
        marginTop: MARGIN.top,
        marginBottom: MARGIN.bottom,
        marginLeft: 34,
        marginRight: 44,
        x: daysAxis(answer, width),
        y: { label: null, ticks: 4, grid: true, tickSize: 0, zero: true },
        color: { type: 'identity' },
        marks: [
          Plot.lineY(points, { x: 'at', y: 'hours', z: 'stage', stroke: 'colour', strokeWidth: 2 }),
          Plot.text(
            last.map((point, index) => ({ ...point, hours: labelled[index] })),
            { x: 'at', y: 'hours', text: 'label', textAnchor: 'start', dx: 6, fill: 'var(--text)' },
          ),
        ],
      };
    },
    [answer],
  );
  const isKnown = STAGES.some(({ metric }) => answer.summaries[metric].quartiles !== null);
  return (
    <ReadingChart
      title="Stages"
      unit="h"
      legend={<StagesLegend />}
      plot={plot}
      readings={isKnown ? readings : []}
      summary={stagesSummary(answer.summaries, answer.nights)}
      grain={answer.by}
    />
  );
};
