import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import type { RangesAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { MAIN_METRICS, MORE_METRICS } from '../metrics.ts';
import { useOpen } from '../place.ts';
import { Regularity } from './regularity.tsx';
import { WeekdayChart } from './weekday-chart.tsx';
import { YearsChart } from './years-chart.tsx';

const VIEWS = [...MAIN_METRICS, ...MORE_METRICS];
const [FIRST_VIEW] = MAIN_METRICS;

/** A metric by weekday and year over year, and the regularity of sleep. */
const Shown = ({ from, to, version }: { from: Day; to: Day; version: number }): VNode | null => {
  const [metric, setMetric] = useState<string | undefined>(FIRST_VIEW?.metric);
  const weekdays = useAnswer<RangesAnswer | null>(`/api/ranges?from=${from}&to=${to}&by=weekday`, version);
  const months = useAnswer<RangesAnswer | null>('/api/ranges?by=month', version);
  const view = VIEWS.find((each) => each.metric === metric);
  return (
    <>
      <p class="tools">
        <label>
          Metric{' '}
          <select value={metric} onChange={({ currentTarget }) => setMetric(currentTarget.value)}>
            {VIEWS.map(({ metric: name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </p>
      <Failure>{weekdays.error ?? months.error}</Failure>
      <div class="grid">
        {view && weekdays.answer && <WeekdayChart answer={weekdays.answer} view={view} />}
        {view && months.answer && <YearsChart answer={months.answer} view={view} />}
        <Regularity from={from} to={to} version={version} />
      </div>
      <p class="note quiet">docs/insights.md has the definitions of the measures, and their sources.</p>
    </>
  );
};

/** Opens on demand, because the measures of regularity take all nights. */
export const Patterns = (props: { from: Day; to: Day; version: number }): VNode => {
  const patterns = useOpen('patterns');
  return (
    <details {...patterns}>
      <summary>Weekdays, years and regularity</summary>
      {patterns.open && <Shown {...props} />}
    </details>
  );
};
