import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { daysBetween } from '../../../../shared/core/day.ts';
import { BEDTIMES, showHours } from '../../../../shared/core/metrics.ts';
import type { NightsAnswer } from '../../server/api.ts';
import { Chart, TIP } from '../chart.tsx';
import { dayDate, showDay, wallClock } from '../format.ts';
import { rareDotsOf, rareSentenceOn, type ShownNights } from '../metrics.ts';
import { STAGES } from '../night/stages.ts';
import { makeDotsReachable, radius, rareDots } from './rare-dots.ts';

const rangeOf = ({ from, to }: NightsAnswer): string => `from ${showDay(from)} to ${showDay(to)}`;

const DAY_MS = 86_400_000;
/** With more nights, gaps between the bars would cause a moiré pattern. */
const MOST_WITH_GAPS = 120;

/** The position of a day's bar. @param days how many days the chart has */
const across = (date: string, days: number) => {
  const middle = dayDate(date).getTime();
  const half = (days > MOST_WITH_GAPS ? 0.5 : 0.4) * DAY_MS;
  return { x1: new Date(middle - half), x2: new Date(middle + half) };
};

/** The axis of days, from the edge of the first bar to the edge of the last. */
const daysAxis = ({ from, to }: NightsAnswer): Plot.ScaleOptions => ({
  type: 'utc',
  label: null,
  ticks: 6,
  tickSize: 3,
  domain: [across(from, 1).x1, across(to, 1).x2],
});

const daysOf = ({ from, to }: NightsAnswer): number => daysBetween(from, to) + 1;

/** The stages of every night of the range, stacked, in hours. */
export const StagesChart = ({ answer }: { answer: NightsAnswer }): VNode => {
  const plot = useCallback((): Plot.PlotOptions => {
    const parts = answer.nights.flatMap((night) =>
      STAGES.map(({ stage, metric, label }) => ({
        ...across(night.date, daysOf(answer)),
        stage,
        colour: `var(--${stage})`,
        hours: (night[metric] ?? 0) / 3600,
        title: `${showDay(night.date)}\n${label} ${night[metric] === null ? 'unknown' : showHours(night[metric])}`,
      })),
    );
    const order = STAGES.map(({ stage }) => stage);
    const stack = { x1: 'x1', x2: 'x2', y: 'hours', z: 'stage', order } as const;
    return {
      height: 190,
      marginLeft: 34,
      marginRight: 10,
      x: daysAxis(answer),
      y: { label: null, ticks: 4, grid: true, tickSize: 0 },
      color: { type: 'identity' },
      marks: [
        Plot.rectY(parts, Plot.stackY({ ...stack, fill: 'colour' })),
        Plot.tip(parts, Plot.pointer(Plot.stackY({ ...stack, ...TIP, title: 'title' }))),
      ],
    };
  }, [answer]);
  return (
    <figure class="card">
      <figcaption>
        Stages <span class="unit">h</span>
        <span class="legend">
          {STAGES.map(({ stage, label }) => (
            <span key={stage}>
              <i class={`swatch ${stage}`} /> {label}
            </span>
          ))}
        </span>
      </figcaption>
      <Chart
        label={`Sleep stages ${rangeOf(answer)}, stacked in hours. The table below contains every value.`}
        plot={plot}
      />
    </figure>
  );
};

/** Wall-clock hours after the first midnight of `date`; 22:30 the evening before is -1.5. */
const hoursAfter = (date: string, bedtime: string): number =>
  (Date.parse(`${bedtime.slice(0, 19)}Z`) - dayDate(date).getTime()) / 3_600_000;

/** Every second full hour within the nights. */
const hoursBetween = (nights: readonly { down: number; up: number }[]): number[] => {
  const first = Math.ceil(Math.min(...nights.map(({ down }) => down)) / 2) * 2;
  const last = Math.max(...nights.map(({ up }) => up));
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / 2) + 1) },
    (_, step) => first + 2 * step,
  );
};

const hourName = (hours: number): string => `${String(((hours % 24) + 24) % 24).padStart(2, '0')}:00`;

/** Bedtime to wake-up time of every night; evening at the top, morning at the bottom. */
export const BedtimesChart = ({
  answer,
  onPick,
}: {
  answer: ShownNights;
  onPick: (date: string) => void;
}): VNode => {
  const rare = useMemo(() => BEDTIMES.flatMap((metric) => rareDotsOf(answer, metric)), [answer]);
  const plot = useCallback((): Plot.PlotOptions => {
    const nights = answer.nights.flatMap(({ date, bedtime_start, bedtime_end }) =>
      bedtime_start && bedtime_end
        ? [
            {
              ...across(date, daysOf(answer)),
              down: hoursAfter(date, bedtime_start),
              up: hoursAfter(date, bedtime_end),
              title: [
                showDay(date),
                `${wallClock(bedtime_start)} to ${wallClock(bedtime_end)}`,
                rareSentenceOn(answer, date) ?? [],
              ]
                .flat()
                .join('\n'),
            },
          ]
        : [],
    );
    const bars = { x1: 'x1', x2: 'x2', y1: 'down', y2: 'up' } as const;
    const dots = rare.map(({ date, value }) => ({ date: dayDate(date), hours: value / 60 }));
    return {
      height: 190,
      marginLeft: 44,
      marginRight: 10,
      x: daysAxis(answer),
      y: {
        label: null,
        reverse: true,
        ticks: hoursBetween(nights),
        tickFormat: hourName,
        grid: true,
        tickSize: 0,
      },
      marks: [
        Plot.rectY(nights, { ...bars, fill: 'var(--light)', rx: 1 }),
        ...(dots.length > 0 ? [rareDots(dots, { x: 'date', y: 'hours' }, radius(daysOf(answer)))] : []),
        Plot.tip(nights, Plot.pointerX({ ...TIP, ...bars, title: 'title' })),
      ],
    };
  }, [answer, rare]);
  const prepare = useCallback((svg: SVGSVGElement) => makeDotsReachable(svg, rare, onPick), [rare, onPick]);
  return (
    <figure class="card">
      <figcaption>
        Bedtimes <span class="unit">wall clock</span>
      </figcaption>
      <Chart
        label={`Bedtimes ${rangeOf(answer)}. The table below contains every value.`}
        plot={plot}
        {...(rare.length > 0 && { prepare })}
      />
    </figure>
  );
};
