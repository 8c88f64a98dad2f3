import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { showHours } from '../../../../shared/core/metrics.ts';
import type { NightRow } from '../../server/api.ts';
import { NONE } from '../format.ts';
import { useOpen } from '../place.ts';
import { Table } from '../table.tsx';
import { Hypnogram } from './hypnogram.tsx';
import { NightCurve } from './night-curve.tsx';
import { lengthOf, type NightScale, timeAt } from './night-scale.ts';
import { bedSentences, hrvSentence, lowestSentence, withoutStages } from './night-words.ts';
import { type CurvePoint, curveOf, hasStages, lowestOf, stretchesOf } from './placed-periods.ts';
import { STAGES, stageLabel } from './stages.ts';

/** The total and the share of each stage. */
const StageTotals = ({ night }: { night: NightRow }): VNode => {
  const total = STAGES.reduce((sum, { metric }) => sum + (night[metric] ?? 0), 0);
  return (
    <span class="legend">
      {STAGES.map(({ stage, label, metric }) => {
        const seconds = night[metric];
        return (
          <span key={stage}>
            <i class={`swatch ${stage}`} /> {label} <b>{seconds === null ? NONE : showHours(seconds)}</b>
            {seconds !== null && total > 0 && (
              <span class="quiet"> {Math.round((100 * seconds) / total)} %</span>
            )}
          </span>
        );
      })}
    </span>
  );
};

/** A curve with its caption, or why there is none. */
const CurveFigure = ({
  scale,
  curve,
  points,
  name,
  unit,
  sentence,
  lowest,
}: {
  scale: NightScale;
  curve: 'heart_rate' | 'hrv';
  points: readonly CurvePoint[];
  name: string;
  unit: string;
  sentence: string | undefined;
  lowest?: { readonly point: CurvePoint; readonly value: number | null } | undefined;
}): VNode => (
  <figure>
    <figcaption>
      {name} <span class="unit">{unit}</span> {sentence && <span class="quiet">{sentence}</span>}
    </figcaption>
    {points.length === 0 ? (
      <p class="quiet">Oura sent no {name} over time for this night.</p>
    ) : (
      <NightCurve
        scale={scale}
        curve={curve}
        points={points}
        label={`${name} over the night. ${sentence ?? ''}`.trim()}
        {...(lowest && { lowest })}
      />
    )}
  </figure>
);

/** Follows the pointer with a line through all charts, which have the same axis of time. */
const useCrosshair = () => {
  const line = useRef<HTMLDivElement>(null);
  const place = (x: number | undefined): void => {
    if (!line.current) return;
    line.current.hidden = x === undefined;
    if (x !== undefined) line.current.style.left = `${x}px`;
  };
  return {
    line,
    follow: (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
      const isOnChart = event.target instanceof Element && event.target.closest('svg') !== null;
      place(isOnChart ? event.clientX - event.currentTarget.getBoundingClientRect().left : undefined);
    },
    leave: (): void => place(undefined),
  };
};

/** The stages and the curves of the night over the same hours. */
export const NightCharts = ({ night, scale }: { night: NightRow; scale: NightScale }): VNode => {
  const { line, follow, leave } = useCrosshair();
  const rates = useMemo(() => curveOf(scale.placed, 'heart_rate'), [scale]);
  const variabilities = useMemo(() => curveOf(scale.placed, 'hrv'), [scale]);
  const lowest = useMemo(() => {
    const point = lowestOf(rates);
    return point && { point, value: night.lowest_heart_rate };
  }, [rates, night]);
  const without = withoutStages(scale.placed);
  return (
    <div class="night-charts" onPointerMove={follow} onPointerLeave={leave}>
      <figure>
        <figcaption>
          Stages <StageTotals night={night} />
        </figcaption>
        {without && <p class="quiet">{without}</p>}
        {scale.placed.some(hasStages) && (
          <Hypnogram
            scale={scale}
            label={`Stages over the night. ${bedSentences(scale).join(' ')} The table below has every stage.`}
          />
        )}
      </figure>
      <CurveFigure
        scale={scale}
        curve="heart_rate"
        points={rates}
        name="Heart rate"
        unit="bpm"
        sentence={lowestSentence(night, lowest?.point, scale.clock)}
        lowest={lowest}
      />
      <CurveFigure
        scale={scale}
        curve="hrv"
        points={variabilities}
        name="HRV"
        unit="ms"
        sentence={hrvSentence(variabilities)}
      />
      <div class="crosshair" ref={line} hidden />
    </div>
  );
};

/** Every stretch of the hypnogram, for screen readers and for copying. */
export const StageTable = ({ scale }: { scale: NightScale }): VNode => {
  const { open, onToggle } = useOpen('stages');
  const stretches = scale.placed.flatMap((placed) => stretchesOf(placed, scale.phase_seconds));
  return (
    <details open={open} onToggle={onToggle}>
      <summary>Every stage as a table</summary>
      {open && (
        <Table label="Every stage of the night" heads={['From', 'To', 'Stage', 'Duration']}>
          {stretches.map(({ stage, from, to }) => (
            <tr key={from}>
              <td>{timeAt(scale.clock, from)}</td>
              <td>{timeAt(scale.clock, to)}</td>
              <td>{stageLabel(stage)}</td>
              <td>{lengthOf({ from, to })}</td>
            </tr>
          ))}
        </Table>
      )}
    </details>
  );
};
