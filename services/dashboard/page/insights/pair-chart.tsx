import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { plural } from '../../../../shared/core/text.ts';
import type { Direction, PairName, PointsAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Chart } from '../chart.tsx';
import { Failure } from '../failure.tsx';
import { showDay } from '../format.ts';
import { SLEEP_VIEWS, TRAINING_VIEWS } from './measures.ts';

/** Where the sessions of a pair come from. */
export interface Source {
  readonly direction: Direction;
  readonly query: string;
  readonly version: number;
}

const axisLabel = (label: string, unit: string): string => (unit ? `${label} (${unit})` : label);

const tipOf = ({ title }: { title: string }): string => title;

/** The sessions of a pair as stored: what came first is horizontal. */
export const PairChart = ({
  pair: { sleep_metric, training_metric, lag_days },
  name,
  source: { direction, query, version },
}: {
  pair: PairName;
  name: string;
  source: Source;
}): VNode => {
  const pair = new URLSearchParams({ direction, sleep_metric, training_metric, lag_days: String(lag_days) });
  const { answer, error } = useAnswer<PointsAnswer>(
    `/api/insights/points?${pair}${query.replace('?', '&')}`,
    version,
  );
  const sleep = SLEEP_VIEWS[sleep_metric];
  const training = TRAINING_VIEWS[training_metric];
  const points = answer?.points;
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const [first, second] = direction === 'sleep_to_training' ? [sleep, training] : [training, sleep];
      const dots = (points ?? []).map(({ date, x, y }) => ({
        x: first.axis(x),
        y: second.axis(y),
        title: `${showDay(date)}\n${first.label} ${first.show(x)}\n${second.label} ${second.show(y)}`,
      }));
      return {
        height: Math.min(320, Math.max(220, width * 0.5)),
        // Room for the label above the highest tick.
        marginTop: 28,
        marginLeft: 52,
        marginRight: 14,
        marginBottom: 38,
        x: {
          label: axisLabel(first.label, first.unit),
          labelArrow: 'none',
          labelAnchor: 'center',
          ticks: 6,
          tickSize: 3,
          nice: true,
          ...(first.tick && { tickFormat: first.tick }),
        },
        y: {
          label: axisLabel(second.label, second.unit),
          labelArrow: 'none',
          ticks: 5,
          grid: true,
          tickSize: 0,
          nice: true,
          ...(second.tick && { tickFormat: second.tick }),
        },
        marks: [
          Plot.dot(dots, { x: 'x', y: 'y', r: 3, fill: 'var(--dot)', fillOpacity: 0.75 }),
          Plot.dot(dots, Plot.pointer({ x: 'x', y: 'y', r: 5, stroke: 'var(--text)', className: 'pointed' })),
        ],
      };
    },
    [points, direction, sleep, training],
  );
  return (
    <figure class="pair">
      <Failure>{error}</Failure>
      {points && <Chart label={`${name}: ${plural(points.length, 'session')}.`} plot={plot} tip={tipOf} />}
      <figcaption class="note quiet">
        Each dot is a session, with the values as stored. The sentence also takes the weekday, earlier
        sessions and slow changes into account.
      </figcaption>
    </figure>
  );
};
