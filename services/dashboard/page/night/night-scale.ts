import * as Plot from '@observablehq/plot';
import { showHours } from '../../../../shared/core/metrics.ts';
import { clockText } from '../units.ts';
import { hourTicks, type NightClock } from './night-clock.ts';
import type { PlacedPeriod } from './placed-periods.ts';
import { pausesOf, type Segment, segmentsOf } from './time-axis.ts';

export const [MARGIN_LEFT, MARGIN_RIGHT] = [52, 14];
/** The least distance of two hours on the axis: `10 pm` with a space (px). */
const HOUR_WIDTH = 44;
/** The least width of a pause with its length in it (px). */
const PAUSE_WIDTH = 40;

/** What the charts of a night have in common. */
export interface NightScale {
  /** Not empty. */
  readonly placed: readonly PlacedPeriod[];
  readonly clock: NightClock;
  /** How long the phase of a sample lasts (s). */
  readonly phase_seconds: number;
}

const MINUTE_MS = 60_000;

const two = (value: number): string => String(value).padStart(2, '0');

/** An instant (epoch ms) on the sleeper's clock: `23:10`, or `11:10 pm`. */
export const timeAt = (clock: NightClock, at: number): string => {
  const minutes = clock.minutesAt(at);
  return clockText(`${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
};

/** Of two times between which others follow: `23:10–06:45`. */
export const spanAt = (clock: NightClock, { from, to }: { from: number; to: number }): string =>
  `${timeAt(clock, from)}–${timeAt(clock, to)}`;

/** A length of time: `44 min`, `1 h`, `6 h 33`. */
export const lengthOf = ({ from, to }: { from: number; to: number }): string => {
  const minutes = Math.round((to - from) / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : showHours(60 * minutes);
};

/** The hours of a segment, or its nearer outer end if it shows none. */
const ticksOf = (clock: NightClock, segment: Segment, isFirst: boolean): number[] => {
  const hours = hourTicks(clock, segment, (segment.x2 - segment.x1) / HOUR_WIDTH);
  return hours.length > 0 ? hours : [isFirst ? segment.from : segment.to];
};

/** What the charts of a night of one width have in common. */
interface NightAxis {
  readonly x: Plot.ScaleOptions;
  /** Times out of bed that are not to scale, behind everything else. */
  readonly breaks: readonly Plot.Markish[];
  /** The lengths of the times out of bed, where there is place. */
  readonly pauses: readonly { readonly at: number; readonly text: string }[];
}

/** The axis of time for a chart of `width` pixels. Instants are epoch ms. */
export const nightAxis = ({ placed, clock }: NightScale, width: number): NightAxis => {
  const segments = segmentsOf(placed, MARGIN_LEFT, width - MARGIN_RIGHT);
  const scale = {
    type: 'linear',
    domain: segments.flatMap(({ from, to }) => [from, to]),
    range: segments.flatMap(({ x1, x2 }) => [x1, x2]),
  } as const;
  const place = Plot.scale({ x: scale });
  const widthOf = (from: number, to: number): number => place?.apply(to) - place?.apply(from);
  const ticks: number[] = [];
  for (const [index, segment] of segments.entries()) {
    for (const at of ticksOf(clock, segment, index === 0)) {
      const last = ticks.at(-1);
      if (last === undefined || widthOf(last, at) >= HOUR_WIDTH) ticks.push(at);
    }
  }
  const breaks = segments
    .slice(1)
    .map(({ from }, index) => ({ from: segments[index]?.to ?? from, to: from }));
  return {
    x: {
      ...scale,
      label: null,
      ticks,
      tickSize: 3,
      tickFormat: (at: number) => timeAt(clock, at).replace(':00 ', ' '),
    },
    breaks: [Plot.rectX(breaks, { x1: 'from', x2: 'to', fill: 'var(--page)' })],
    pauses: pausesOf(placed)
      .filter(({ from, to }) => widthOf(from, to) >= PAUSE_WIDTH)
      .map((pause) => ({ at: (pause.from + pause.to) / 2, text: `up\n${lengthOf(pause)}` })),
  };
};
