import type { VNode } from 'preact';
import { MAIN_METRICS, MORE_METRICS } from '../metrics.ts';
import { useOpen } from '../place.ts';
import { GroupBedtimesChart } from './group-bedtimes-chart.tsx';
import { GroupChart } from './group-chart.tsx';
import { GroupList } from './group-list.tsx';
import { GroupStagesChart } from './group-stages-chart.tsx';
import type { GroupedNights } from './shown-range.ts';

/** The charts of a long range, with its weeks or months. */
export const GroupCharts = ({ answer }: { answer: GroupedNights }): VNode => {
  const more = useOpen('more');
  const table = useOpen('table');
  return (
    <>
      <ul class="legend marks" aria-label="How to read the charts">
        <li>
          <i class="mark mean" /> median of the {answer.by}
        </li>
        <li>
          <i class="mark band" /> the half of its nights around the median (from quartile to quartile)
        </li>
      </ul>
      <div class="grid">
        {MAIN_METRICS.map((view) => (
          <GroupChart key={view.metric} answer={answer} view={view} />
        ))}
        <GroupStagesChart answer={answer} />
        <GroupBedtimesChart answer={answer} />
      </div>
      <details {...more}>
        <summary>More metrics</summary>
        {more.open && (
          <div class="grid">
            {MORE_METRICS.map((view) => (
              <GroupChart key={view.metric} answer={answer} view={view} />
            ))}
          </div>
        )}
      </details>
      <details {...table}>
        <summary>Every {answer.by} as a table</summary>
        {table.open && <GroupList answer={answer} />}
      </details>
    </>
  );
};
