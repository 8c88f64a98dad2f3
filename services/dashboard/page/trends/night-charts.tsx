import type { VNode } from 'preact';
import type { ShownNights } from '../metrics.ts';
import { BedtimesChart } from './bedtimes-chart.tsx';
import { ChartSections, type Marks } from './chart-sections.tsx';
import { NightList } from './night-list.tsx';
import { drawnIn } from './night-marks.ts';
import { StagesChart } from './stages-chart.tsx';
import { TrendChart } from './trend-chart.tsx';

const MARKS = [
  ['night', 'night'],
  ['provisional', 'provisional'],
  ['revised', 'revised'],
  ['rare', 'rare'],
  ['mean', '7-day mean'],
  ['band', 'your typical range: two thirds of the nights in the 8 weeks before'],
] as const;

const marksIn = (answer: ShownNights): Marks => {
  const drawn = drawnIn(answer);
  return MARKS.filter(([mark]) => drawn.has(mark));
};

/** The charts of a short range, with every night. */
export const NightCharts = ({ answer }: { answer: ShownNights }): VNode => (
  <ChartSections
    range={answer}
    marks={marksIn(answer)}
    chart={(view) => <TrendChart key={view.metric} answer={answer} view={view} />}
    tableTitle="Every value as a table"
    table={() => <NightList answer={answer} />}
  >
    <StagesChart answer={answer} />
    <BedtimesChart answer={answer} />
  </ChartSections>
);
