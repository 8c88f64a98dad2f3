import type { VNode } from 'preact';
import type { NightsAnswer } from '../server/api.ts';
import { NONE, wallClock } from './format.ts';
import { MAIN_METRICS, MORE_METRICS, marksOf, reasonsOn } from './metrics.ts';
import { Scrolling } from './scrolling.tsx';

const VIEWS = [...MAIN_METRICS, ...MORE_METRICS];

/** Every value of the charts, newest first, for screen readers and for copying. */
export const NightList = ({ answer }: { answer: NightsAnswer }): VNode => (
  <Scrolling label="Every night of the range">
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Night</th>
          {VIEWS.map(({ metric, label }) => (
            <th scope="col" key={metric}>
              {label}
            </th>
          ))}
          <th scope="col">In bed</th>
          <th scope="col">Marks</th>
        </tr>
      </thead>
      <tbody>
        {answer.nights.toReversed().map((night) => (
          <tr key={night.date} data-date={night.date}>
            <th scope="row">{night.date}</th>
            {VIEWS.map((view) => (
              <td key={view.metric}>
                <data value={night[view.metric] ?? ''} data-metric={view.metric}>
                  {view.show(night[view.metric])}
                </data>
              </td>
            ))}
            <td>
              {night.bedtime_start
                ? `${wallClock(night.bedtime_start)}–${wallClock(night.bedtime_end)}`
                : NONE}
            </td>
            <td class="text">{[...marksOf(night), ...reasonsOn(answer, night.date)].join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scrolling>
);
