import type { VNode } from 'preact';
import type { ShownNights } from '../metrics.ts';
import { BedtimesChart } from './bedtimes-chart.tsx';
import { ChartSections, type Marks } from './chart-sections.tsx';
import { NightList } from './night-list.tsx';
import { StagesChart } from './stages-chart.tsx';
import { TrendChart } from './trend-chart.tsx';

const MARKS: Marks = [
  ['night', 'night'],
  ['provisional', 'provisional'],
  ['revised', 'revised'],
  ['rare', 'rare'],
  ['mean', '7-day mean'],
  ['band', 'your typical range: two thirds of the nights in the 8 weeks before'],
];

const hasRare = ({ rare_nights, from, to }: ShownNights): boolean =>
  rare_nights.some(({ date }) => date >= from && date <= to);

/** The charts of a short range, with every night. */
export const NightCharts = ({ answer }: { answer: ShownNights }): VNode => (
  <ChartSections
    range={answer}
    marks={MARKS.filter(([mark]) => mark !== 'rare' || hasRare(answer))}
    chart={(view) => <TrendChart key={view.metric} answer={answer} view={view} />}
    tableTitle="Every value as a table"
    table={() => <NightList answer={answer} />}
  >
    <StagesChart answer={answer} />
    <BedtimesChart answer={answer} />
  </ChartSections>
);
