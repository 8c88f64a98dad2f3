import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { RangesAnswer } from '../../server/api.ts';
import type { MetricView } from '../metrics.ts';
import { metricFrame } from './axes.ts';
import { groupTip } from './group-text.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import { type MonthMedian, monthsOf, yearsText } from './years-text.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The newest year, the one before it, and all others: the newer, the heavier. */
const LOOKS: readonly Plot.LineYOptions[] = [
  { stroke: 'var(--accent)', strokeWidth: 3 },
  { stroke: 'var(--text)', strokeWidth: 1.75, strokeDasharray: '6 3' },
  { stroke: 'var(--dot)', strokeWidth: 1 },
];

/** A year has its name at the end of its line if it is one of so many. */
const NAMED = 2;

/** The monthly medians of a metric, with a line for each year. */
export const YearsChart = ({ answer, view }: { answer: RangesAnswer; view: MetricView }): VNode => {
  const readings = useMemo(
    () =>
      answer.groups.flatMap((group): Reading[] => {
        const [, median] = group.metrics[view.metric] ?? [];
        if (median === undefined) return [];
        const at = Number(group.from.slice(5, 7)) - 1;
        return [{ days: group, at, value: view.axis(median), text: groupTip(view, group, answer.by) }];
      }),
    [answer, view],
  );
  const plot = useCallback((): Plot.PlotOptions => {
    const points = monthsOf(answer, view.metric).map(({ median, ...month }) => ({
      ...month,
      value: view.axis(median),
    }));
    const years = [...new Set(points.map(({ year }) => year))].sort().reverse();
    const rankOf = ({ year }: Pick<MonthMedian, 'year'>): number =>
      Math.min(years.indexOf(year), LOOKS.length - 1);
    return {
      ...metricFrame(
        view,
        points.map(({ value }) => value),
      ),
      marginRight: 40,
      x: {
        type: 'point',
        domain: MONTHS.map((_, month) => month),
        label: null,
        tickSize: 3,
        tickFormat: (month: number) => MONTHS[month]?.slice(0, 1) ?? '',
      },
      marks: [
        ...LOOKS.toReversed().flatMap((look, index) => {
          const those = points.filter((point) => rankOf(point) === LOOKS.length - 1 - index);
          return [
            Plot.lineY(those, { x: 'month', y: 'value', z: 'year', ...look }),
            // A month alone has no line.
            Plot.dot(those, { x: 'month', y: 'value', r: 1.8, fill: look.stroke ?? null }),
          ];
        }),
        Plot.text(
          points.filter(({ year }) => years.indexOf(year) < NAMED),
          Plot.selectLast({
            ...{ x: 'month', y: 'value', z: 'year', text: ({ year }: MonthMedian) => String(year) },
            ...{ textAnchor: 'start', dx: 6, fill: 'var(--text)' },
          }),
        ),
      ],
    };
  }, [answer, view]);
  return (
    <ReadingChart
      title={`${view.label} year over year`}
      unit={view.unit}
      plot={plot}
      readings={readings}
      summary={yearsText(answer, view)}
      grain="month"
    />
  );
};
