import type { VNode } from 'preact';
import { showInBed } from '../format.ts';
import { MAIN_METRICS, MORE_METRICS, marksOf, rareSentenceOn, type ShownNights } from '../metrics.ts';
import { Table } from '../table.tsx';

const VIEWS = [...MAIN_METRICS, ...MORE_METRICS];
const HEADS = ['Night', ...VIEWS.map(({ label }) => label), 'In bed', 'Marks'];

/** Every value of the charts, newest first, for screen readers and for copying. */
export const NightList = ({ answer }: { answer: ShownNights }): VNode => (
  <Table label="Every night of the range" kind="numbers" heads={HEADS}>
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
        <td>{showInBed(night)}</td>
        <td class="text">
          {[...marksOf(night), rareSentenceOn(answer, night.date) ?? []].flat().join(', ')}
        </td>
      </tr>
    ))}
  </Table>
);
