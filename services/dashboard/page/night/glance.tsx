import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { showHours } from '../../../../shared/core/metrics.ts';
import type { NightRow, PeriodRow } from '../../server/api.ts';
import { Chart, TIP } from '../chart.tsx';
import { NONE, showDay, showInBed } from '../format.ts';
import { MAIN_METRICS, type MetricView, marksOf, rareSentenceOn, type ShownNights } from '../metrics.ts';
import { STAGES } from './stages.ts';

/** The segment of one stage on the stage bar. */
interface Segment {
  readonly x1: Date;
  readonly x2: Date;
  readonly colour: string;
  readonly title: string;
}

/** The sleeper's wall-clock time as if it were UTC, so the axis shows it in every time zone of the browser. */
const wallDate = (iso: string): Date => new Date(`${iso.slice(0, 19)}Z`);

/** The stages of a period in a fixed order, each with its total duration, or one segment if no stage is known. */
const segmentsOf = (period: PeriodRow): Segment[] => {
  if (period.start === null) return [];
  const x1 = wallDate(period.start);
  const known = STAGES.filter(({ stage }) => period[stage]);
  if (known.length === 0 && period.end !== null)
    return [{ x1, x2: wallDate(period.end), colour: 'var(--line)', title: 'Stages unknown' }];
  let at = x1.getTime();
  return known.map(({ stage, label }) => {
    const seconds = period[stage] ?? 0;
    const from = at;
    at += seconds * 1000;
    const title = `${label} ${showHours(seconds)}`;
    return { x1: new Date(from), x2: new Date(at), colour: `var(--${stage})`, title };
  });
};

const hoursOf = (seconds: number | null): string => (seconds === null ? NONE : showHours(seconds));

/** The share of the axis width that a label needs. */
const LABEL_SHARE = 0.1;

/** The start and end times of the periods, without those that would overlap the previous label. */
const ticksOf = (night: NightRow): Date[] => {
  const times = night.periods.flatMap(({ start, end }) =>
    [start, end].filter((at) => at !== null).map(wallDate),
  );
  const span = Number(times.at(-1)) - Number(times[0]);
  const kept: Date[] = [];
  for (const time of times) {
    const last = kept.at(-1);
    if (!last || Number(time) - Number(last) >= LABEL_SHARE * span) kept.push(time);
  }
  return kept;
};

/**
 * The periods of a night, each divided by stage. The order within a period is not the real one, because Oura's five-minute
 * series is not stored.
 */
const StageBar = ({ night }: { night: NightRow }): VNode => {
  const plot = useCallback((): Plot.PlotOptions => {
    const segments = night.periods.flatMap(segmentsOf);
    return {
      height: 76,
      marginTop: 4,
      marginLeft: 18,
      marginRight: 18,
      x: {
        type: 'utc',
        label: null,
        tickSize: 3,
        ticks: ticksOf(night),
        tickFormat: (date: Date) => date.toISOString().slice(11, 16),
      },
      y: { axis: null },
      color: { type: 'identity' },
      marks: [
        Plot.rect(segments, {
          x1: 'x1',
          x2: 'x2',
          y1: 0,
          y2: 1,
          fill: 'colour',
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.tip(segments, Plot.pointerX({ ...TIP, x1: 'x1', x2: 'x2', y: 0.5, title: 'title' })),
      ],
    };
  }, [night]);
  const total = STAGES.reduce((sum, { metric }) => sum + (night[metric] ?? 0), 0);
  const share = (seconds: number | null) =>
    seconds === null || total === 0 ? '' : ` (${Math.round((100 * seconds) / total)} %)`;
  return (
    <div class="stages">
      <Chart
        label={`Time in bed by stage: ${STAGES.map(({ label, metric }) => `${label} ${hoursOf(night[metric])}`).join(', ')}`}
        plot={plot}
      />
      <ul class="legend">
        {STAGES.map(({ stage, label, metric }) => (
          <li key={stage}>
            <i class={`swatch ${stage}`} /> {label} <b>{hoursOf(night[metric])}</b>
            <span class="quiet">{share(night[metric])}</span>
          </li>
        ))}
        <li class="quiet">totals, not in order</li>
      </ul>
    </div>
  );
};

const Figure = ({
  answer,
  view,
  night,
}: {
  answer: ShownNights;
  view: MetricView;
  night: NightRow;
}): VNode => {
  const value = night[view.metric];
  const trend = answer.trends[view.metric].find(({ date }) => date === night.date);
  const usual = trend && trend.low !== null && trend.high !== null && ([trend.low, trend.high] as const);
  const where =
    value === null || !usual ? '' : value < usual[0] ? 'below' : value > usual[1] ? 'above' : 'within';
  return (
    <div class="figure">
      <dt>{view.label}</dt>
      <dd>
        <data class="value" value={value ?? ''}>
          {view.show(value)}
        </data>
        <span class={`usual ${where}`}>
          {where === 'below' && '↓ '}
          {where === 'above' && '↑ '}
          {usual ? `typical ${view.range(...usual)}` : 'no baseline yet'}
        </span>
      </dd>
    </div>
  );
};

/** One night at a glance, with buttons for the previous and the next night. */
export const Glance = ({
  answer,
  night,
  title,
  onMove,
}: {
  answer: ShownNights;
  night: NightRow;
  title: string;
  onMove: (date: string) => void;
}): VNode => {
  const at = answer.nights.indexOf(night);
  const step = (by: number, label: string) => {
    const other = answer.nights[at + by];
    return (
      <button type="button" class="small" disabled={!other} onClick={() => other && onMove(other.date)}>
        {label}
      </button>
    );
  };
  const rare = rareSentenceOn(answer, night.date);
  return (
    <section class="card glance" aria-labelledby="glance-title">
      <header>
        <h2 id="glance-title">
          {title} <span class="quiet">{showDay(night.date)}</span>
        </h2>
        {marksOf(night).map((mark) => (
          <span class="badge" key={mark}>
            {mark}
          </span>
        ))}
        <span class="moves">
          {step(-1, '← Earlier')}
          {step(1, 'Later →')}
        </span>
      </header>
      {night.arrival !== null && <p class="arrival quiet">It {night.arrival}.</p>}
      <dl class="figures" aria-live="polite">
        {MAIN_METRICS.map((view) => (
          <Figure key={view.metric} answer={answer} view={view} night={night} />
        ))}
        <div class="figure">
          <dt>In bed</dt>
          <dd>
            <span class="value">{showInBed(night)}</span>
          </dd>
        </div>
      </dl>
      {rare !== undefined && (
        <p class="out">
          <i class="mark rare" /> {rare}
        </p>
      )}
      <StageBar night={night} />
    </section>
  );
};
