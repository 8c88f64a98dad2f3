import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { addDays, type Day } from '../../../../shared/core/day.ts';
import { EARLIEST, type StripNight } from '../../server/api.ts';
import { Chart } from '../chart.tsx';
import { dayDate, NONE } from '../format.ts';
import { usePlace } from '../place.ts';
import { stripLabel } from './night-words.ts';
import { STAGES } from './stages.ts';

const HEIGHT = 46;
/** Between two bars, as a share of their distance. */
const GAP = 0.4;
/** A bar of this length fills the height, unless a night is longer (h). */
const FULL_HOURS = 9;

/** The stages that are sleep, from the axis upwards. */
const ASLEEP = STAGES.flatMap(({ stage, metric }) =>
  metric === 'deep_sleep_duration' || metric === 'rem_sleep_duration' || metric === 'light_sleep_duration'
    ? [{ stage, metric }]
    : [],
);

/** The pieces of a bar: the stages, or the whole sleep without them. */
const piecesOf = (night: StripNight): { date: Day; hours: number; fill: string }[] => {
  const stages = ASLEEP.flatMap(({ stage, metric }) => {
    const seconds = night[metric];
    return seconds === null ? [] : [{ date: night.date, hours: seconds / 3600, fill: `var(--${stage})` }];
  });
  if (stages.length > 0 || night.total_sleep_duration === null) return stages;
  return [{ date: night.date, hours: night.total_sleep_duration / 3600, fill: 'var(--dot)' }];
};

const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'narrow' });

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** 14 dates as small bars of sleep, each a link to its night. The arrow keys step through them, and beyond. */
export const Strip = ({
  strip,
  date,
  today,
}: {
  strip: readonly StripNight[];
  date: Day;
  today: Day;
}): VNode => {
  const { go, hrefOf } = usePlace();
  const list = useRef<HTMLOListElement>(null);
  const plot = useCallback((): Plot.PlotOptions => {
    const pieces = strip.flatMap(piecesOf);
    const longest = Math.max(0, ...strip.map((night) => (night.total_sleep_duration ?? 0) / 3600));
    return {
      height: HEIGHT,
      margin: 0,
      marginTop: 0,
      // Each bar is in the middle of its link.
      x: { axis: null, domain: strip.map((night) => night.date), paddingInner: GAP, paddingOuter: GAP / 2 },
      y: { axis: null, domain: [0, Math.max(FULL_HOURS, longest)] },
      color: { type: 'identity' },
      marks: [
        Plot.text(
          strip.filter(({ stored }) => !stored),
          { x: 'date', y: 0, dy: -6, text: () => NONE, fill: 'var(--quiet)' },
        ),
        Plot.barY(pieces, Plot.stackY({ x: 'date', y: 'hours', fill: 'fill', insetTop: 1 })),
      ],
    };
  }, [strip]);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    const scroller = list.current?.closest('.strip');
    if (!current || !scroller) return;
    if (list.current?.contains(document.activeElement)) current.focus({ preventScroll: true });
    scroller.scrollLeft = current.offsetLeft - (scroller.clientWidth - current.offsetWidth) / 2;
  }, [strip, date]);
  const step = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = addDays(date, by);
    if (by < 0 ? next >= EARLIEST : next <= today) go({ night: next });
  };
  return (
    <nav class="strip" aria-label="Nights around this one" onKeyDown={step}>
      <div>
        <Chart plot={plot} />
        <ol ref={list}>
          {strip.map((night, index) => (
            // By place, so that the focus stays in the strip when it shows other dates.
            <li key={index}>
              <a
                href={hrefOf({ night: night.date })}
                {...(night.date === date && { 'aria-current': 'date' })}
              >
                <span aria-hidden="true">
                  <span class="quiet">{weekday.format(dayDate(night.date))}</span>{' '}
                  {Number(night.date.slice(8))}
                </span>
                <span class="hidden">{stripLabel(night)}</span>
              </a>
            </li>
          ))}
        </ol>
      </div>
    </nav>
  );
};
