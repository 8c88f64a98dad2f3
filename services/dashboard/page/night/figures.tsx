import type { VNode } from 'preact';
import type { NightAnswer, NightRow, TrendMetric } from '../../server/api.ts';
import { showInBed } from '../format.ts';
import { type MetricView, viewOf } from '../metrics.ts';
import { usualOf, whereIs } from './typical.ts';

const VIEWS = (
  [
    'sleep_score',
    'readiness_score',
    'total_sleep_duration',
    'sleep_efficiency',
    'hrv',
    'heart_rate',
    'lowest_heart_rate',
    'temperature_delta',
    'breathing_rate',
    'breathing_disturbances',
  ] as const satisfies readonly TrendMetric[]
).map(viewOf);

const WHERE = { below: '↓ below typical', above: '↑ above typical', within: 'typical' } as const;

const Usual = ({
  view,
  value,
  usual,
}: {
  view: MetricView;
  value: number;
  usual: [number, number];
}): VNode => {
  const where = whereIs(view, value, usual);
  return (
    <span class={`usual ${where}`}>
      {WHERE[where]} <span>{view.range(...usual)}</span>
    </span>
  );
};

const Figure = ({
  view,
  night,
  usual,
}: {
  view: MetricView;
  night: NightRow;
  usual?: [number, number];
}): VNode => {
  const value = night[view.metric];
  return (
    <div class="figure">
      <dt>{view.label}</dt>
      <dd>
        <data class="value" value={value ?? ''} data-metric={view.metric}>
          {view.show(value)}
        </data>
        {value === null && <span class="usual">no value from Oura</span>}
        {value !== null && usual && <Usual view={view} value={value} usual={usual} />}
      </dd>
    </div>
  );
};

/** The values of a night, each with what is typical. */
export const Figures = ({ night, trends }: { night: NightRow; trends: NightAnswer['trends'] }): VNode => {
  const usuals = VIEWS.map((view) => usualOf(trends, view));
  return (
    <>
      <dl class="figures">
        <div class="figure wide">
          <dt>In bed</dt>
          <dd>
            <span class="value">{showInBed(night)}</span>
          </dd>
        </div>
        {VIEWS.map((view, index) => {
          const usual = usuals[index];
          return <Figure key={view.metric} view={view} night={night} {...(usual && { usual })} />;
        })}
      </dl>
      {usuals.every((usual) => usual === undefined) && (
        <p class="quiet">Typical ranges appear once enough nights are stored before this one.</p>
      )}
    </>
  );
};
