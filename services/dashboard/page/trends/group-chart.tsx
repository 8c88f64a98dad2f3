import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { MetricView } from '../metrics.ts';
import { daysAxis, metricFrame, middleOf } from './axes.ts';
import { groupTip } from './group-text.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import type { GroupedNights } from './shown-range.ts';
import { summaryText } from './summary-text.ts';

/** The radius of a median's dot, so that it is there even between two groups without a value. */
const DOT = 1.8;

/** One metric over a long range: the median of each week or month, and the half of its nights around it. */
export const GroupChart = ({ answer, view }: { answer: GroupedNights; view: MetricView }): VNode => {
  const readings = useMemo(
    () =>
      answer.groups.map((group): Reading => {
        const [, median] = group.metrics[view.metric] ?? [];
        return {
          days: group,
          at: middleOf(group.from, group.to),
          value: median === undefined ? null : view.axis(median),
          text: groupTip(view, group, answer.by),
        };
      }),
    [answer, view],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const points = answer.groups.map(({ from, to, metrics }) => {
        const [low, median, high] = metrics[view.metric]?.map(view.axis) ?? [null, null, null];
        return { at: middleOf(from, to), low, median, high };
      });
      const values = points.flatMap(({ low, high }) => [low, high]).filter((value) => value != null);
      return {
        ...metricFrame(view, values),
        x: daysAxis(answer, width),
        marks: [
          Plot.areaY(points, { x: 'at', y1: 'low', y2: 'high', fill: 'var(--band)' }),
          Plot.lineY(points, { x: 'at', y: 'median', stroke: 'var(--accent)', strokeWidth: 1.75 }),
          Plot.dot(points, { x: 'at', y: 'median', r: DOT, fill: 'var(--accent)', className: 'medians' }),
        ],
      };
    },
    [answer, view],
  );
  const summary = answer.summaries[view.metric];
  return (
    <ReadingChart
      title={view.label}
      unit={view.unit}
      plot={plot}
      readings={summary.nights === 0 ? [] : readings}
      summary={summaryText(view, summary, answer.by)}
      grain={answer.by}
    />
  );
};
