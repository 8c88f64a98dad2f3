import type { VNode } from 'preact';
import { NONE } from '../format.ts';
import { MAIN_METRICS, MORE_METRICS } from '../metrics.ts';
import { Table } from '../table.tsx';
import { groupName } from './group-text.ts';
import type { GroupedNights } from './shown-range.ts';

const VIEWS = [...MAIN_METRICS, ...MORE_METRICS];

/** The median and the quartiles of every chart, newest first. */
export const GroupList = ({ answer }: { answer: GroupedNights }): VNode => (
  <Table
    label={`Every ${answer.by} of the range`}
    kind="numbers"
    heads={[answer.by === 'week' ? 'Week' : 'Month', 'Nights', ...VIEWS.map(({ label }) => label)]}
  >
    {answer.groups.toReversed().map((group) => (
      <tr key={group.from} data-date={group.from}>
        <th scope="row">{groupName(group, answer.by)}</th>
        <td>{group.nights}</td>
        {VIEWS.map((view) => {
          const [low, median, high] = group.metrics[view.metric] ?? [];
          return (
            <td key={view.metric}>
              <data value={median ?? ''} data-metric={view.metric}>
                {median === undefined ? NONE : view.show(median)}
              </data>
              {low !== undefined && high !== undefined && (
                <span class="quiet"> ({view.range(low, high)})</span>
              )}
            </td>
          );
        })}
      </tr>
    ))}
  </Table>
);
