import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import type { RangesAnswer } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';
import { metricFrame } from './axes.ts';
import { groupTip } from './group-text.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import { WEEKDAYS, weekdaysText } from './weekdays-text.ts';

/** A metric by the weekday of waking up: the median, and the half of the nights around it. */
export const WeekdayChart = ({ answer, view }: { answer: RangesAnswer; view: MetricView }): VNode => {
  const readings = useMemo(
    () =>
      answer.groups.flatMap((group, weekday): Reading[] => {
        const [, median] = group.metrics[view.metric] ?? [];
        return median === undefined
          ? []
          : [{ at: weekday, value: view.axis(median), text: groupTip(view, group, answer.by) }];
      }),
    [answer, view],
  );
  const plot = useCallback((): Plot.PlotOptions => {
    const points = answer.groups.flatMap(({ metrics }, weekday) => {
      const [low, median, high] = metrics[view.metric]?.map(view.axis) ?? [];
      return median === undefined ? [] : [{ weekday, low, median, high }];
    });
    return {
      ...metricFrame(
        view,
        points.flatMap(({ low, high }) => [low, high]).filter((value) => value !== undefined),
      ),
      x: {
        type: 'point',
        domain: [0, 1, 2, 3, 4, 5, 6],
        label: null,
        tickSize: 3,
        tickFormat: (weekday: number) => WEEKDAYS[weekday]?.slice(0, 3) ?? '',
      },
      marks: [
        Plot.ruleX(points, {
          ...{ x: 'weekday', y1: 'low', y2: 'high' },
          ...{ stroke: 'var(--dot)', strokeWidth: 8, strokeOpacity: 0.45 },
        }),
        Plot.dot(points, { x: 'weekday', y: 'median', r: 5, fill: 'var(--accent)' }),
      ],
    };
  }, [answer, view]);
  return (
    <ReadingChart
      title={`${view.label} by weekday`}
      unit={view.unit}
      plot={plot}
      readings={readings}
      summary={`${weekdaysText(answer, view)} The weekday is that of waking up, in ${plural(answer.nights, 'night')} of the range.`}
      grain="night"
    />
  );
};
