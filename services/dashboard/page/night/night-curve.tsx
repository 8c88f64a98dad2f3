import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { METRICS, showMetric } from '../../../../shared/core/metrics.ts';
import { Chart } from '../chart.tsx';
import { MARGIN_LEFT, MARGIN_RIGHT, type NightScale, nightAxis, timeAt } from './night-scale.ts';
import type { CurvePoint } from './placed-periods.ts';
import { valueDomain } from './value-domain.ts';

/** A curve of the night over the sleeper's clock. Missing values interrupt it. */
export const NightCurve = ({
  scale,
  curve,
  points,
  lowest,
  label,
}: {
  scale: NightScale;
  curve: 'heart_rate' | 'hrv';
  /** Not empty. */
  points: readonly CurvePoint[];
  /** A point to mark, and a value of Oura for the whole night. */
  lowest?: { readonly point: CurvePoint; readonly value: number | null };
  label: string;
}): VNode => {
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const { x, breaks } = nightAxis(scale, width);
      const runs = Map.groupBy(points, ({ run }) => run);
      const alone = points.filter(({ run }) => runs.get(run)?.length === 1);
      const line = { x: 'at', y: 'value' } as const;
      const value = lowest?.value ?? null;
      const values = points.map((point) => point.value);
      return {
        height: 116,
        marginTop: 8,
        marginLeft: MARGIN_LEFT,
        marginRight: MARGIN_RIGHT,
        x,
        y: {
          domain: valueDomain(value === null ? values : [value, ...values]),
          label: null,
          ticks: 4,
          tickFormat: (tick: number) => String(tick),
          tickSize: 0,
          grid: true,
        },
        marks: [
          ...breaks,
          ...(value === null
            ? []
            : [Plot.ruleY([value], { stroke: 'var(--quiet)', strokeDasharray: '4 3' })]),
          Plot.lineY(points, { ...line, z: 'run', stroke: 'var(--accent)', strokeWidth: 1.8 }),
          Plot.dot(alone, { ...line, r: 1.6, fill: 'var(--accent)' }),
          ...(lowest
            ? [
                Plot.dot([lowest.point], {
                  ...line,
                  r: 4.5,
                  fill: 'var(--surface)',
                  stroke: 'var(--text)',
                  strokeWidth: 2,
                  className: 'lowest-point',
                }),
              ]
            : []),
          Plot.dot(
            points,
            Plot.pointerX({ ...line, r: 4, className: 'pointed', fill: 'var(--text)', stroke: 'none' }),
          ),
        ],
      };
    },
    [scale, points, lowest],
  );
  const tip = useCallback(
    ({ at, value }: CurvePoint): string => `${showMetric(METRICS[curve], value)}\n${timeAt(scale.clock, at)}`,
    [scale, curve],
  );
  return <Chart label={label} plot={plot} tip={tip} />;
};
