import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { NightRow } from '../../server/api.ts';
import { dayDate, showDay } from '../format.ts';
import { type MetricView, marksOf, rareSentenceOn, type ShownNights } from '../metrics.ts';
import { daysAxis, dotRadius, metricFrame } from './axes.ts';
import { markOf, nightDots } from './night-marks.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import { summaryText } from './summary-text.ts';

/** The lines of a night's tip. */
const tipOf = (answer: ShownNights, view: MetricView, night: NightRow): string => {
  const trend = answer.trends[view.metric].find(({ date }) => date === night.date);
  return [
    showDay(night.date),
    `${view.label} ${view.show(night[view.metric])}`,
    trend?.mean == null ? [] : `7-day mean ${view.show(trend.mean)}`,
    trend?.low == null || trend.high == null ? [] : `typical ${view.range(trend.low, trend.high)}`,
    marksOf(night).join(', ') || [],
    rareSentenceOn(answer, night.date) ?? [],
  ]
    .flat()
    .join('\n');
};

/** One metric over a range of nights: each night, the rolling mean and the typical range. */
export const TrendChart = ({ answer, view }: { answer: ShownNights; view: MetricView }): VNode => {
  const readings = useMemo(
    () =>
      answer.nights.map((night): Reading => {
        const value = night[view.metric];
        return {
          days: { from: night.date, to: night.date },
          at: dayDate(night.date),
          value: value === null ? null : view.axis(value),
          text: tipOf(answer, view, night),
        };
      }),
    [answer, view],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const scaled = (value: number | null) => (value === null ? null : view.axis(value));
      const trend = answer.trends[view.metric].map(({ date, mean, low, high }) => ({
        at: dayDate(date),
        mean: scaled(mean),
        low: scaled(low),
        high: scaled(high),
      }));
      const rare = new Set(
        answer.rare_nights
          .filter(({ metrics }) => metrics.some(({ metric }) => metric === view.metric))
          .map(({ date }) => date),
      );
      const nights = answer.nights.flatMap((night) => {
        const value = scaled(night[view.metric]);
        return value === null
          ? []
          : [{ at: dayDate(night.date), value, mark: markOf(night, rare.has(night.date)) }];
      });
      const values = [
        ...nights.map(({ value }) => value),
        ...trend.flatMap(({ mean, low, high }) => [mean, low, high]).filter((value) => value !== null),
      ];
      return {
        ...metricFrame(view, values),
        x: daysAxis(answer, width),
        marks: [
          Plot.areaY(trend, { x: 'at', y1: 'low', y2: 'high', fill: 'var(--band)' }),
          Plot.lineY(trend, { x: 'at', y: 'mean', stroke: 'var(--accent)', strokeWidth: 1.75 }),
          ...nightDots(nights, dotRadius(trend.length, width)),
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
      summary={summaryText(view, summary, 'night')}
      grain="night"
    />
  );
};
