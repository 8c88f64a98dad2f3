import type { PlotOptions } from '@observablehq/plot';
import type { ComponentChildren, TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useCallback, useId, useRef, useState } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import type { Grain } from '../../server/api.ts';
import { Chart, type Drawn } from '../chart.tsx';
import { dayDate } from '../format.ts';
import { NIGHT_TITLE } from '../night/night.tsx';
import { type Place, usePlace } from '../place.ts';
import { Tip } from '../tip.tsx';
import type { Spot } from '../tip-place.ts';
import { KEYS_HINT } from './keys-hint.tsx';
import { leave, point, usePointed } from './pointed.ts';
import { nearestIndex, steppedIndex } from './readings.ts';

/** Days in a row, both ends included. */
interface Days {
  readonly from: Day;
  readonly to: Day;
}

/** What a chart says about a night or about a group of nights. */
export interface Reading {
  /** The first and the last day; absent if the nights are not in a row. */
  readonly days?: Days;
  /** The position on the axis. */
  readonly at: Date | number;
  /** The height on the axis; null without a value. */
  readonly value: number | null;
  /** The lines of the tip. */
  readonly text: string;
}

/** The place that shows the days of a reading. */
const placeOf = ({ from, to }: Days, grain: Grain): Partial<Place> =>
  grain === 'night' ? { night: from } : { night: undefined, to, range: grain === 'week' ? 7 : 30 };

/** What opening a reading does, for the button on a touch screen. */
const OPEN: Readonly<Record<Grain, string>> = {
  night: 'Open this night',
  week: 'Show these nights',
  month: 'Show these nights',
};

/** The scales of a drawn chart, in pixels. */
interface Scales {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly isOverDays: boolean;
  x(at: Reading['at']): number;
  y(value: number): number;
}

const scalesOf = (drawn: Drawn): Scales | undefined => {
  const [x, y] = [drawn.scale('x'), drawn.scale('y')];
  const [width, height] = ['width', 'height'].map((name) => Number(drawn.getAttribute(name)));
  if (!x || !y || !width || !height) return undefined;
  const [across, down] = [x, y].map(({ range }) => [...(range ?? [])].map(Number));
  if (!across || !down) return undefined;
  return {
    ...{ width, height, left: Math.min(...across), right: Math.max(...across) },
    ...{ top: Math.min(...down), bottom: Math.max(...down) },
    isOverDays: x.type === 'utc',
    x: (at) => Number(x.apply(at)),
    y: (value) => Number(y.apply(value)),
  };
};

/** Where a chart over days has the selected night; undefined if it does not have it, or has no days. */
const selectedX = (night: Day, { isOverDays, left, right, x }: Scales): number | undefined => {
  if (!isOverDays) return undefined;
  const at = x(dayDate(night));
  return at >= left && at <= right ? at : undefined;
};

/**
 * A chart with readings: the pointer and the arrow keys move from one to the next. All charts over days mark the day that one of
 * them points at, and the selected night.
 * @param readings in order; none if the chart has nothing to show
 * @param grain what a reading stands for
 * @param summary the chart in one or two sentences
 */
export const ReadingChart = ({
  title,
  unit,
  legend,
  plot,
  readings,
  summary,
  grain,
}: {
  title: string;
  unit?: string;
  legend?: ComponentChildren;
  plot: (width: number) => PlotOptions;
  readings: readonly Reading[];
  summary: string;
  grain: Grain;
}): VNode => {
  const [owner] = useState(() => Symbol(title));
  const [scales, setScales] = useState<Scales>();
  const [isTouched, setTouched] = useState(false);
  /** Where the pointer or the keyboard was last. */
  const [own, setOwn] = useState<number>();
  const frame = useRef<HTMLDivElement>(null);
  const summaryId = useId();
  const pointed = usePointed();
  const { place, go } = usePlace();
  const onDraw = useCallback((drawn: Drawn) => setScales(scalesOf(drawn)), []);

  const indexOf = (day: Day | undefined): number | undefined => {
    const at = readings.findIndex(
      ({ days }) => day !== undefined && days && days.from <= day && day <= days.to,
    );
    return at === -1 ? undefined : at;
  };
  const isMine = pointed?.owner === owner;
  const current = readings[(isMine ? own : indexOf(pointed?.date)) ?? -1];
  const index = Math.min(own ?? indexOf(place.night) ?? readings.length - 1, readings.length - 1);

  const pointTo = (next: number): void => {
    setOwn(next);
    point({ owner, date: readings[next]?.days?.from });
  };
  const leaveChart = (): void => {
    setOwn(undefined);
    leave(owner);
  };
  const spotOf = ({ at, value }: Reading, { x, y, top, bottom }: Scales): Spot => ({
    x: x(at),
    y: value === null ? (top + bottom) / 2 : y(value),
  });
  const follow = ({ clientX, clientY, pointerType }: TargetedPointerEvent<HTMLDivElement>): void => {
    setTouched(pointerType === 'touch');
    if (!scales || !frame.current) return;
    const { left, top } = frame.current.getBoundingClientRect();
    const spots = readings.map((reading) => spotOf(reading, scales));
    pointTo(nearestIndex(spots, { x: clientX - left, y: clientY - top }));
  };
  const open = (): void => {
    const reading = readings[index];
    if (!reading?.days) return;
    go(placeOf(reading.days, grain));
    if (grain === 'night') document.getElementById(NIGHT_TITLE)?.scrollIntoView({ block: 'nearest' });
  };
  const openTouched = (): void => {
    open();
    leaveChart();
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

  const spot = scales && current && spotOf(current, scales);
  const selected = scales && place.night !== undefined ? selectedX(place.night, scales) : undefined;
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
            onPointerLeave={({ pointerType }) => pointerType !== 'touch' && leaveChart()}
            onClick={() => isTouched || open()}
            onKeyDown={onKeyDown}
            onFocus={({ currentTarget }) => currentTarget.matches(':focus-visible') && pointTo(index)}
            // The button of the tip takes the focus, too. A touch elsewhere closes the tip.
            onBlur={() => isTouched || leaveChart()}
          >
            <Chart plot={plot} onDraw={onDraw} />
            {scales && (
              <svg class="marked" width={scales.width} height={scales.height} aria-hidden="true">
                {selected !== undefined && <Rule kind="selected" x={selected} scales={scales} />}
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
              onOpen={isTouched ? openTouched : undefined}
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
