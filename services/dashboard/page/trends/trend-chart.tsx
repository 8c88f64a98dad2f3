import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { NightRow } from '../../server/api.ts';
import { Chart, TIP } from '../chart.tsx';
import { dayDate, showDay } from '../format.ts';
import { type MetricView, marksOf, type RareDot, rareDotsOf, type ShownNights } from '../metrics.ts';
import { makeDotsReachable, radius, rareDots } from './rare-dots.ts';

/** A date of a chart: its night, if any, and the typical range. */
interface Point {
  readonly date: Date;
  readonly night: NightRow | undefined;
  readonly value: number | null;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly rare: RareDot | undefined;
}

const pointsOf = (answer: ShownNights, { metric, axis }: MetricView): Point[] => {
  const { nights, trends } = answer;
  const on = new Map(nights.map((night) => [night.date, night]));
  const rareOn = new Map(rareDotsOf(answer, metric).map((rare) => [rare.date, rare]));
  const scaled = (value: number | null | undefined) => (value == null ? null : axis(value));
  return trends[metric].map(({ date, mean, low, high }) => ({
    date: dayDate(date),
    night: on.get(date),
    value: scaled(on.get(date)?.[metric]),
    mean: scaled(mean),
    low: scaled(low),
    high: scaled(high),
    rare: rareOn.get(date),
  }));
};

/** The text of the tip. */
const tipOf = (answer: ShownNights, view: MetricView, night: NightRow, rare?: RareDot): string => {
  const trend = answer.trends[view.metric].find(({ date }) => date === night.date);
  return [
    showDay(night.date),
    `${view.label} ${view.show(night[view.metric])}`,
    trend?.mean == null ? [] : `7-day mean ${view.show(trend.mean)}`,
    trend?.low == null || trend.high == null ? [] : `typical ${view.range(trend.low, trend.high)}`,
    marksOf(night).join(', ') || [],
    rare?.sentence ?? [],
  ]
    .flat()
    .join('\n');
};

/** A night that has a value. */
interface Drawn extends Point {
  readonly night: NightRow;
}

/** One metric over the range: nights, rolling mean and typical range. */
export const TrendChart = ({
  answer,
  view,
  onPick,
}: {
  answer: ShownNights;
  view: MetricView;
  onPick: (date: string) => void;
}): VNode => {
  const points = useMemo(() => pointsOf(answer, view), [answer, view]);
  const plot = useCallback((): Plot.PlotOptions => {
    const r = radius(points.length);
    const nights = points.filter((point): point is Drawn => point.value !== null);
    const rare = points.filter((point) => point.rare);
    const at = { x: 'date', y: 'value' } as const;
    return {
      height: 190,
      marginLeft: 34,
      marginRight: 10,
      x: { type: 'utc', label: null, ticks: Math.min(6, points.length), tickSize: 3 },
      y: { label: null, ticks: 4, nice: true, grid: true, tickSize: 0 },
      marks: [
        Plot.areaY(points, { x: 'date', y1: 'low', y2: 'high', fill: 'var(--band)' }),
        Plot.lineY(points, { x: 'date', y: 'mean', stroke: 'var(--accent)', strokeWidth: 1.75 }),
        Plot.dot(nights, { ...at, r, fill: 'var(--dot)' }),
        Plot.dot(
          nights.filter(({ night }) => night.naps > 0),
          { ...at, r: r + 2.5, stroke: 'var(--dot)' },
        ),
        Plot.dot(
          nights.filter(({ night }) => night.revision > 1),
          {
            ...at,
            symbol: 'diamond',
            r: r + 1.5,
            fill: 'var(--revised)',
          },
        ),
        Plot.dot(
          nights.filter(({ night }) => !night.settled),
          {
            ...at,
            r,
            fill: 'var(--surface)',
            stroke: 'var(--dot)',
            strokeWidth: 1.5,
          },
        ),
        ...(rare.length > 0 ? [rareDots(rare, at, r)] : []),
        Plot.ruleX(nights, Plot.pointerX({ x: 'date', stroke: 'var(--line)' })),
        Plot.tip(
          nights,
          Plot.pointerX({
            ...at,
            ...TIP,
            title: ({ night, rare: one }: Drawn) => tipOf(answer, view, night, one),
            textPadding: 8,
          }),
        ),
      ],
    };
  }, [answer, view, points]);
  const pick = useCallback(
    (datum: unknown) => {
      const { night } = datum as Point;
      if (night) onPick(night.date);
    },
    [onPick],
  );
  const dots = useMemo(() => points.flatMap(({ rare }) => rare ?? []), [points]);
  const prepare = useCallback((svg: SVGSVGElement) => makeDotsReachable(svg, dots, onPick), [dots, onPick]);
  const last = answer.nights.at(-1);
  const label = `${view.label} from ${showDay(answer.from)} to ${showDay(answer.to)}: ${points.filter(({ value }) => value !== null).length} nights${
    last ? `, the latest ${view.show(last[view.metric])}` : ''
  }${dots.length > 0 ? `, ${dots.length} rare` : ''}. The table below contains every value.`;
  return (
    <figure class="card">
      <figcaption>
        {view.label} {view.unit && <span class="unit">{view.unit}</span>}
      </figcaption>
      <Chart label={label} plot={plot} onPick={pick} {...(dots.length > 0 && { prepare })} />
    </figure>
  );
};
