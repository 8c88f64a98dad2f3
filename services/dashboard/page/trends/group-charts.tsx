import type { VNode } from 'preact';
import { ChartSections } from './chart-sections.tsx';
import { GroupBedtimesChart } from './group-bedtimes-chart.tsx';
import { GroupChart } from './group-chart.tsx';
import { GroupList } from './group-list.tsx';
import { GroupStagesChart } from './group-stages-chart.tsx';
import type { GroupedNights } from './shown-range.ts';

/** The charts of a long range, with its weeks or months. */
export const GroupCharts = ({ answer }: { answer: GroupedNights }): VNode => (
  <ChartSections
    range={answer}
    marks={[
      ['mean', `median of the ${answer.by}`],
      ['band', 'the half of its nights around the median (from quartile to quartile)'],
    ]}
    chart={(view) => <GroupChart key={view.metric} answer={answer} view={view} />}
    tableTitle={`Every ${answer.by} as a table`}
    table={() => <GroupList answer={answer} />}
  >
    <GroupStagesChart answer={answer} />
    <GroupBedtimesChart answer={answer} />
  </ChartSections>
);
