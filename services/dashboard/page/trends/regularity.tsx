import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { addDays, type Day, earlierDay } from '../../../../shared/core/day.ts';
import { METRICS } from '../../../../shared/core/metrics.ts';
import { capitalized } from '../../../../shared/core/text.ts';
import type { RegularityAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { dayDate, showDay } from '../format.ts';
import { shown } from '../units.ts';
import { daysAxis, domainOf } from './axes.ts';
import { hourTicks, tickText } from './clock-hours.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';

type Week = RegularityAnswer['weeks'][number];

/** A measure of when and how regularly a person sleeps. */
interface Measure {
  readonly name: keyof Omit<Week, 'date'>;
  readonly title: string;
  readonly unit: string;
  /** Converts to the unit of the axis. */
  axis(value: number): number;
  /** The least span of the axis, and its possible values, in its unit. */
  readonly least: number;
  readonly bounds: readonly [number, number];
  show(value: number): string;
  /** The time that a value covers. */
  readonly over: string;
  readonly meaning: string;
  /** What the first value needs. */
  readonly needs: string;
}

const ANYTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

const MEASURES: readonly Measure[] = [
  {
    name: 'sleep_regularity',
    title: 'Sleep regularity index',
    unit: '',
    axis: (value) => value,
    least: 8,
    bounds: [-100, 100],
    show: (value) => value.toFixed(0),
    over: 'the four weeks',
    meaning: '100: asleep and awake at the same times every day; 0: at random times.',
    needs: 'It needs 7 pairs of days in a row within four weeks.',
  },
  {
    name: 'social_jetlag',
    title: 'Social jetlag',
    unit: 'min',
    axis: (value) => value,
    least: 40,
    bounds: ANYTHING,
    show: (value) => `${value.toFixed(0)} min`,
    over: 'the four weeks',
    meaning: 'How much later the middle of your sleep is on Saturdays and Sundays.',
    needs: 'It needs 3 nights of weekends and 6 others within four weeks.',
  },
  {
    name: 'midsleep',
    title: 'Midsleep',
    unit: 'wall clock',
    axis: (value) => value / 60,
    least: 40 / 60,
    bounds: ANYTHING,
    show: (value) => shown(METRICS.bedtime_start).format(value),
    over: 'the week',
    meaning: 'Halfway between falling asleep and waking up, mean of the week.',
    needs: 'It needs 4 nights in a week.',
  },
];

const WEEK_DAYS = 7;

const MeasureChart = ({ weeks, measure }: { weeks: readonly Week[]; measure: Measure }): VNode => {
  const { name, title, unit, axis, least, bounds, show, over, meaning, needs } = measure;
  const known = useMemo(
    () => weeks.flatMap((week) => (week[name] === null ? [] : [{ date: week.date, value: week[name] }])),
    [weeks, name],
  );
  const readings = useMemo(
    () =>
      known.map(
        ({ date, value }): Reading => ({
          days: { from: addDays(date, 1 - WEEK_DAYS), to: date },
          at: dayDate(date),
          value: axis(value),
          text: `${capitalized(over)} up to ${showDay(date)}\n${title} ${show(value)}`,
        }),
      ),
    [known, axis, title, show, over],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const [first, last] = [weeks[0], weeks.at(-1)];
      const points = weeks.map((week) => ({
        at: dayDate(week.date),
        value: week[name] === null ? null : axis(week[name]),
      }));
      const domain = domainOf(
        known.map(({ value }) => axis(value)),
        least,
        bounds,
      );
      const isClock = unit === 'wall clock';
      return {
        height: 150,
        marginLeft: 44,
        marginRight: 10,
        x: first && last ? daysAxis({ from: first.date, to: last.date }, width) : {},
        y: {
          label: null,
          grid: true,
          tickSize: 0,
          ...(domain && { domain }),
          ...(isClock
            ? { ticks: hourTicks(domain ?? []), reverse: true, tickFormat: tickText }
            : { ticks: 4, nice: true }),
        },
        marks: [
          Plot.lineY(points, { x: 'at', y: 'value', stroke: 'var(--accent)', strokeWidth: 1.75 }),
          Plot.dot(points, { x: 'at', y: 'value', r: 2.5, fill: 'var(--accent)' }),
        ],
      };
    },
    [weeks, known, name, axis, least, bounds, unit],
  );
  const newest = known.at(-1);
  return (
    <ReadingChart
      title={title}
      unit={unit}
      plot={plot}
      readings={readings}
      summary={`${newest ? `${show(newest.value)} in ${over} up to ${showDay(newest.date)}.` : needs} ${meaning}`}
      grain="week"
    />
  );
};

/** A shorter range would have only a few of the four weeks that the measures take. */
const LEAST_DAYS = 182;

/** How regularly a person sleeps, week after week up to the end of the range, over half a year or longer. */
export const Regularity = ({ from, to, version }: { from: Day; to: Day; version: number }): VNode => {
  const first = earlierDay(from, addDays(to, 1 - LEAST_DAYS));
  const { answer, error } = useAnswer<RegularityAnswer>(`/api/regularity?from=${first}&to=${to}`, version);
  return (
    <>
      <Failure>{error}</Failure>
      {!answer && !error && <p class="quiet">Loading…</p>}
      {answer &&
        MEASURES.map((measure) => <MeasureChart key={measure.name} weeks={answer.weeks} measure={measure} />)}
    </>
  );
};
