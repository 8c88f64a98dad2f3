import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { capitalized, plural } from '../../../shared/core/text.ts';
import type { CorrelationRow, PointsAnswer } from '../server/api.ts';
import { useAnswer } from './ask.ts';
import { Chart, TIP } from './chart.tsx';
import { Failure } from './failure.tsx';
import { showDay } from './format.ts';
import { nightOf, SLEEP_VIEWS, TRAINING_VIEWS } from './measures.ts';

/** A verdict as a sentence. */
export const sentence = (text: string): string => `${capitalized(text)}.`;

/** With fewer points a line would suggest more than is known. */
export const FEWEST_FOR_LINE = 20;

const axisLabel = (label: string, unit: string): string => (unit ? `${label} (${unit})` : label);

/** The points of one pair, training against sleep, with a regression line. */
export const PairChart = ({
  row,
  query,
  version,
}: {
  row: CorrelationRow;
  query: string;
  version: number;
}): VNode => {
  const { sleep_metric, training_metric, lag_days } = row;
  const pair = new URLSearchParams({ sleep_metric, training_metric, lag_days: String(lag_days) });
  const path = `/api/insights/points?${pair}${query.replace('?', '&')}`;
  const { answer, error } = useAnswer<PointsAnswer>(path, version);
  const sleep = SLEEP_VIEWS[sleep_metric];
  const training = TRAINING_VIEWS[training_metric];
  const night = nightOf(row);
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const points = (answer?.points ?? []).map(({ date, sleep: slept, training: trained }) => ({
        x: sleep.axis(slept),
        y: training.axis(trained),
        title: `${showDay(date)}\n${sleep.label} ${sleep.show(slept)}\n${training.label} ${training.show(trained)}`,
      }));
      const colour = row.claimed ? 'var(--accent)' : 'var(--quiet)';
      return {
        height: Math.min(320, Math.max(220, width * 0.5)),
        marginLeft: 52,
        marginRight: 14,
        marginBottom: 38,
        x: {
          label: axisLabel(`${sleep.label} of ${night}`, sleep.unit),
          labelArrow: 'none',
          labelAnchor: 'center',
          ticks: 6,
          tickSize: 3,
          nice: true,
          ...(sleep.tick && { tickFormat: sleep.tick }),
        },
        y: { label: null, ticks: 5, grid: true, tickSize: 0, nice: true },
        marks: [
          points.length < FEWEST_FOR_LINE
            ? null
            : Plot.linearRegressionY(points, {
                x: 'x',
                y: 'y',
                stroke: colour,
                fill: colour,
                fillOpacity: 0.16,
              }),
          Plot.dot(points, { x: 'x', y: 'y', r: 3, fill: 'var(--dot)', fillOpacity: 0.75 }),
          Plot.tip(points, Plot.pointer({ ...TIP, x: 'x', y: 'y', title: 'title', textPadding: 8 })),
        ],
      };
    },
    [answer, sleep, training, night, row.claimed],
  );
  return (
    <figure>
      <figcaption>
        {axisLabel(training.label, training.unit)} against {sleep.label} of {night}
      </figcaption>
      <Failure>{error}</Failure>
      <Chart
        label={`${training.label} against ${sleep.label} of ${night}: ${plural(row.n, 'training day')}. ${sentence(row.verdict)}`}
        plot={plot}
      />
    </figure>
  );
};
