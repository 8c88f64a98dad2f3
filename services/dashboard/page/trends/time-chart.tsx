import type { PlotOptions } from '@observablehq/plot';
import type { ComponentChildren, TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useCallback, useId, useRef, useState } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import type { Grain } from '../../server/api.ts';
import { Chart, type Drawn } from '../chart.tsx';
import { dayDate } from '../format.ts';
import { usePlace } from '../place.ts';
import { Tip } from '../tip.tsx';
import { KEYS_HINT } from './keys-hint.tsx';
import { leave, point, usePointed } from './pointed.ts';
import { nearestIndex, steppedIndex } from './readings.ts';

/** What a chart says about a night or about a group of nights. */
export interface Reading {
  /** The first and the last day. */
  readonly from: Day;
  readonly to: Day;
  /** The position on the axis. */
  readonly at: Date;
  /** The height on the axis; null without a value. */
  readonly value: number | null;
  /** The lines of the tip. */
  readonly text: string;
}

/** What opening a reading does, for the button on a touch screen. */
const OPEN: Readonly<Record<Grain, string>> = {
  night: 'Open this night',
  week: 'Show this week',
  month: 'Show this month',
};

/** The scales of a drawn chart. */
interface Scales {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
  readonly first: Date;
  readonly last: Date;
  x(date: Date): number;
  y(value: number): number;
}

const scalesOf = (drawn: Drawn): Scales | undefined => {
  const [x, y] = [drawn.scale('x'), drawn.scale('y')];
  const [width, height] = ['width', 'height'].map((name) => Number(drawn.getAttribute(name)));
  if (!x || !y || !width || !height) return undefined;
  const ends = [...(y.range ?? [])].map(Number);
  const [first, last] = [...(x.domain ?? [])].map((end) => new Date(Number(end)));
  if (!first || !last) return undefined;
  return {
    ...{ width, height, first, last },
    top: Math.min(...ends),
    bottom: Math.max(...ends),
    x: (date) => Number(x.apply(date)),
    y: (value) => Number(y.apply(value)),
  };
};

/**
 * A chart over days. The pointer and the arrow keys move from reading to reading; all charts mark the day that one of them points
 * at, and the selected night.
 * @param readings in order of date; none if the chart has nothing to show
 * @param grain what a reading stands for
 * @param summary the chart in one or two sentences
 * @param onOpen called with the reading that the user clicks, or on which Enter is pressed
 */
export const TimeChart = ({
  title,
  unit,
  legend,
  plot,
  readings,
  summary,
  grain,
  onOpen,
}: {
  title: string;
  unit?: string;
  legend?: ComponentChildren;
  plot: (width: number) => PlotOptions;
  readings: readonly Reading[];
  summary: string;
  grain: Grain;
  onOpen: (reading: Reading) => void;
}): VNode => {
  const [owner] = useState(() => Symbol(title));
  const [scales, setScales] = useState<Scales>();
  const [isTouched, setTouched] = useState(false);
  const [last, setLast] = useState<Day>();
  const frame = useRef<HTMLDivElement>(null);
  const summaryId = useId();
  const pointed = usePointed();
  const { place } = usePlace();
  const onDraw = useCallback((drawn: Drawn) => setScales(scalesOf(drawn)), []);

  const indexOf = (day: Day | undefined): number =>
    day === undefined ? -1 : readings.findIndex(({ from, to }) => from <= day && day <= to);
  const isMine = pointed?.owner === owner;
  const current = readings[indexOf(pointed?.date)];
  /** Where the arrow keys continue. */
  const known = [pointed?.date, last, place.night].map(indexOf).find((index) => index !== -1);
  const index = known ?? readings.length - 1;

  const pointTo = (next: number): void => {
    const reading = readings[next];
    if (!reading) return;
    setLast(reading.from);
    point({ owner, date: reading.from });
  };
  const follow = ({ clientX, pointerType }: TargetedPointerEvent<HTMLDivElement>): void => {
    setTouched(pointerType === 'touch');
    if (!scales || !frame.current) return;
    const x = clientX - frame.current.getBoundingClientRect().left;
    pointTo(
      nearestIndex(
        readings.map(({ at }) => scales.x(at)),
        x,
      ),
    );
  };
  const open = (): void => {
    const reading = readings[index];
    if (reading) onOpen(reading);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    setTouched(false);
    if (event.key === 'Enter' || event.key === ' ') open();
    else {
      const next = steppedIndex(event.key, index, readings.length);
      if (next === undefined) return;
      pointTo(next);
    }
    event.preventDefault();
  };

  const spot = scales &&
    current && {
      x: scales.x(current.at),
      y: current.value === null ? (scales.top + scales.bottom) / 2 : scales.y(current.value),
    };
  const selected = place.night === undefined ? undefined : dayDate(place.night);
  const isShown = scales && selected && selected >= scales.first && selected <= scales.last;
  return (
    <figure class="card">
      <figcaption>
        {title} {unit && <span class="unit">{unit}</span>}
        {legend}
      </figcaption>
      {readings.length > 0 && (
        <div class="chart" ref={frame}>
          <div
            class="over-time"
            role="slider"
            tabIndex={0}
            aria-label={title}
            aria-describedby={`${summaryId} ${KEYS_HINT}`}
            aria-valuemin={1}
            aria-valuemax={readings.length}
            aria-valuenow={index + 1}
            aria-valuetext={readings[index]?.text.replaceAll('\n', ', ')}
            onPointerDown={follow}
            onPointerMove={follow}
            onPointerLeave={({ pointerType }) => pointerType !== 'touch' && leave(owner)}
            onClick={() => isTouched || open()}
            onKeyDown={onKeyDown}
            onBlur={() => leave(owner)}
          >
            <Chart plot={plot} onDraw={onDraw} />
            {scales && (
              <svg class="marked" width={scales.width} height={scales.height} aria-hidden="true">
                {isShown && <Rule kind="selected" x={scales.x(selected)} scales={scales} />}
                {spot && <Rule kind="pointed" x={spot.x} scales={scales} />}
                {spot && current.value !== null && <circle cx={spot.x} cy={spot.y} r={5} />}
              </svg>
            )}
          </div>
          {isMine && spot && (
            <Tip
              text={current.text}
              spot={spot}
              openLabel={OPEN[grain]}
              onOpen={isTouched ? () => onOpen(current) : undefined}
            />
          )}
        </div>
      )}
      <p class="summary" id={summaryId}>
        {summary}
      </p>
    </figure>
  );
};

const Rule = ({ kind, x, scales: { top, bottom } }: { kind: string; x: number; scales: Scales }): VNode => (
  <line class={kind} x1={x} x2={x} y1={top} y2={bottom} />
);
