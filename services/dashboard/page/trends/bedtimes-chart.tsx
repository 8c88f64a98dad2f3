import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { NightRow } from '../../server/api.ts';
import { dayDate, showDay, showInBed, wallClock } from '../format.ts';
import { marksOf, rareSentenceOn, type ShownNights } from '../metrics.ts';
import { barEdges, daysAxis, halfBar } from './axes.ts';
import { bedtimesText } from './bedtimes-text.ts';
import { bedtimesFrame, hoursAfter } from './clock-hours.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';

/** Half the width of a bar, in days: the night from first to last part, and the parts in it. */
const HALF = { night: 0.1, part: 0.36 };

/** A time in bed on the chart. */
interface Span {
  readonly x1: Date;
  readonly x2: Date;
  readonly from: number;
  readonly to: number;
}

const spanOf = (
  { date }: Pick<NightRow, 'date'>,
  [start, end]: readonly [string | null, string | null],
  half: number,
): Span[] => {
  if (start === null || end === null) return [];
  return [{ ...barEdges(date, half), from: hoursAfter(date, start), to: hoursAfter(date, end) }];
};

const napsText = (night: NightRow): string[] =>
  night.periods
    .filter(({ is_nap }) => is_nap)
    .map(({ start, end }) => `nap ${wallClock(start)}–${wallClock(end)}`);

/** The nights on the wall clock from bedtime to wake-up: each part, what is between two parts, and the naps. */
export const BedtimesChart = ({ answer }: { answer: ShownNights }): VNode => {
  const readings = useMemo(
    () =>
      answer.nights.map(
        (night): Reading => ({
          days: { from: night.date, to: night.date },
          at: dayDate(night.date),
          value: null,
          text: [
            showDay(night.date),
            `In bed ${showInBed(night)}`,
            ...napsText(night),
            marksOf({ ...night, naps: 0 }).join(', ') || [],
            rareSentenceOn(answer, night.date) ?? [],
          ]
            .flat()
            .join('\n'),
        }),
      ),
    [answer],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const { nights } = answer;
      const part = halfBar(answer, width, HALF.part);
      const halfOf = { part, night: (part * HALF.night) / HALF.part };
      const whole = nights.flatMap((night) =>
        spanOf(night, [night.bedtime_start, night.bedtime_end], halfOf.night),
      );
      const periods = nights.flatMap((night) =>
        night.periods.map(({ start, end, is_nap }) => ({
          is_nap,
          spans: spanOf(night, [start, end], halfOf.part),
        })),
      );
      const parts = periods.flatMap(({ is_nap, spans }) => (is_nap ? [] : spans));
      const naps = periods.flatMap(({ is_nap, spans }) => (is_nap ? spans : []));
      const hours = [...whole, ...parts, ...naps].flatMap(({ from, to }) => [from, to]);
      const at = { x1: 'x1', x2: 'x2', y1: 'from', y2: 'to' } as const;
      return {
        ...bedtimesFrame(hours),
        x: daysAxis(answer, width),
        marks: [
          Plot.rectY(whole, { ...at, fill: 'var(--dot)' }),
          Plot.rectY(parts, { ...at, fill: 'var(--dot)', className: 'parts', rx: 1 }),
          Plot.rectY(naps, {
            ...at,
            fill: 'var(--surface)',
            stroke: 'var(--accent)',
            strokeWidth: 1.5,
            className: 'naps',
            rx: 1,
          }),
        ],
      };
    },
    [answer],
  );
  const isKnown = answer.nights.some(({ bedtime_start }) => bedtime_start !== null);
  return (
    <ReadingChart
      title="Bedtimes"
      unit="wall clock"
      legend={
        <span class="legend">
          <span>
            <i class="swatch part" /> in bed
          </span>
          <span>
            <i class="swatch nap" /> nap
          </span>
        </span>
      }
      plot={plot}
      readings={isKnown ? readings : []}
      summary={bedtimesText(answer.summaries, 'night')}
      grain="night"
    />
  );
};
