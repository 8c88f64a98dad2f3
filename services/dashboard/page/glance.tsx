import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import type { NightRow, NightsAnswer, PeriodRow } from '../server/api.ts';
import { Chart } from './chart.tsx';
import { NONE, showDay, showHours, wallClock } from './format.ts';
import { MAIN_METRICS, type MetricView, marksOf, reasonsOn, showMetric } from './metrics.ts';
import { STAGES } from './stages.ts';

/** A stretch of one stage on the stage bar. */
interface Stretch {
  readonly x1: Date;
  readonly x2: Date;
  readonly colour: string;
  readonly title: string;
}

/** The wall clock of the sleeper as if it were UTC, so that the axis shows it wherever the page is looked at. */
const wallDate = (iso: string): Date => new Date(`${iso.slice(0, 19)}Z`);

/** The stages of a period one after the other, each as long as it lasted in all; the whole period where no stage is known. */
const stretchesOf = ({ start, end, ...period }: PeriodRow): Stretch[] => {
  if (start === null) return [];
  const known = STAGES.flatMap((stage) => {
    const seconds = stage.of({ start, end, ...period });
    return seconds ? [{ stage, seconds }] : [];
  });
  let at = wallDate(start).getTime();
  if (known.length === 0 && end !== null) {
    return [{ x1: wallDate(start), x2: wallDate(end), colour: 'var(--line)', title: 'Stages unknown' }];
  }
  return known.map(({ stage, seconds }) => {
    const x1 = new Date(at);
    at += seconds * 1000;
    return { x1, x2: new Date(at), colour: stage.colour, title: `${stage.label} ${showHours(seconds)}` };
  });
};

const hoursOf = (seconds: number | null): string => (seconds === null ? NONE : showHours(seconds));

/** A label of the axis needs this share of its width. */
const LABEL_SHARE = 0.1;

/** When periods begin and end, but for those that would be written over the one before. */
const ticksOf = (night: NightRow): Date[] => {
  const times = night.periods.flatMap(({ start, end }) =>
    [start, end].flatMap((at) => (at ? [wallDate(at)] : [])),
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
 * The periods from going to bed to getting up, each divided as its time divides by stage. The order within a period is
 * not Oura's: its five-minute series is not stored.
 */
const StageBar = ({ night }: { night: NightRow }): VNode => {
  const plot = useCallback((): Plot.PlotOptions => {
    const stretches = night.periods.flatMap(stretchesOf);
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
        Plot.rect(stretches, {
          x1: 'x1',
          x2: 'x2',
          y1: 0,
          y2: 1,
          fill: 'colour',
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.tip(
          stretches,
          Plot.pointerX({
            x1: 'x1',
            x2: 'x2',
            y: 0.5,
            title: 'title',
            fill: 'var(--surface)',
            stroke: 'var(--line)',
            fontSize: 12,
            lineHeight: 1.35,
          }),
        ),
      ],
    };
  }, [night]);
  const total = STAGES.reduce((sum, { metric }) => sum + (night[metric] ?? 0), 0);
  const share = (seconds: number | null) =>
    seconds === null || total === 0 ? '' : ` (${Math.round((100 * seconds) / total)} %)`;
  return (
    <div class="stages">
      <Chart
        label={`How the time in bed divides: ${STAGES.map(({ label, metric }) => `${label} ${hoursOf(night[metric])}`).join(', ')}`}
        plot={plot}
      />
      <ul class="legend">
        {STAGES.map(({ stage, label, metric }) => (
          <li key={stage}>
            <i class={`swatch ${stage}`} /> {label} <b>{hoursOf(night[metric])}</b>
            <span class="quiet">{share(night[metric])}</span>
          </li>
        ))}
        <li class="quiet">in all, not in order</li>
      </ul>
    </div>
  );
};

const usualOf = ({ trends }: NightsAnswer, { metric, range }: MetricView, date: string) => {
  const trend = trends[metric].find((row) => row.date === date);
  return trend?.low == null || trend.high == null
    ? undefined
    : { low: trend.low, high: trend.high, text: `typical ${range(trend.low, trend.high)}` };
};

const Figure = ({
  answer,
  view,
  night,
}: {
  answer: NightsAnswer;
  view: MetricView;
  night: NightRow;
}): VNode => {
  const value = night[view.metric];
  const usual = usualOf(answer, view, night.date);
  const where =
    value === null || !usual ? '' : value < usual.low ? 'below' : value > usual.high ? 'above' : 'within';
  return (
    <div class="figure">
      <dt>{view.label}</dt>
      <dd>
        <data class="value" value={value ?? ''}>
          {showMetric(view, value)}
        </data>
        <span class={`usual ${where}`}>
          {where === 'below' && '↓ '}
          {where === 'above' && '↑ '}
          {usual?.text ?? 'no baseline yet'}
        </span>
      </dd>
    </div>
  );
};

/** One night at a glance; `earlier` and `later` move to the night before and after. */
export const Glance = ({
  answer,
  night,
  title,
  onMove,
}: {
  answer: NightsAnswer;
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
  const marks = marksOf(night);
  const reasons = reasonsOn(answer, night.date);
  return (
    <section class="card glance" aria-labelledby="glance-title">
      <header>
        <h2 id="glance-title">
          {title} <span class="quiet">{showDay(night.date)}</span>
        </h2>
        {marks.map((mark) => (
          <span class="badge" key={mark}>
            {mark}
          </span>
        ))}
        <span class="moves">
          {step(-1, '← Earlier')}
          {step(1, 'Later →')}
        </span>
      </header>
      <dl class="figures" aria-live="polite">
        {MAIN_METRICS.map((view) => (
          <Figure key={view.metric} answer={answer} view={view} night={night} />
        ))}
        <div class="figure">
          <dt>In bed</dt>
          <dd>
            <span class="value">
              {night.bedtime_start
                ? `${wallClock(night.bedtime_start)}–${wallClock(night.bedtime_end)}`
                : NONE}
            </span>
          </dd>
        </div>
      </dl>
      {reasons.length > 0 && (
        <p class="out">
          <i class="mark anomaly" /> Out of the usual: {reasons.join(' · ')}
        </p>
      )}
      <StageBar night={night} />
    </section>
  );
};
