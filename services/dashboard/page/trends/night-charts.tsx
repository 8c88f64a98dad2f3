import type { VNode } from 'preact';
import { MAIN_METRICS, MORE_METRICS, type ShownNights } from '../metrics.ts';
import { useOpen } from '../place.ts';
import { BedtimesChart } from './bedtimes-chart.tsx';
import { NightList } from './night-list.tsx';
import { StagesChart } from './stages-chart.tsx';
import { TrendChart } from './trend-chart.tsx';

/** What each mark in the charts means. */
const MARKS = [
  ['night', 'night'],
  ['provisional', 'provisional'],
  ['revised', 'revised'],
  ['rare', 'rare'],
  ['mean', '7-day mean'],
  ['band', 'your typical range: two thirds of the nights in the 8 weeks before'],
] as const;

/** The charts of a short range, with every night. */
export const NightCharts = ({ answer }: { answer: ShownNights }): VNode => {
  const more = useOpen('more');
  const table = useOpen('table');
  return (
    <>
      <ul class="legend marks" aria-label="How to read the charts">
        {MARKS.filter(([mark]) => mark !== 'rare' || answer.rare_nights.length > 0).map(([mark, words]) => (
          <li key={mark}>
            <i class={`mark ${mark}`} /> {words}
          </li>
        ))}
      </ul>
      <div class="grid">
        {MAIN_METRICS.map((view) => (
          <TrendChart key={view.metric} answer={answer} view={view} />
        ))}
        <StagesChart answer={answer} />
        <BedtimesChart answer={answer} />
      </div>
      <details {...more}>
        <summary>More metrics</summary>
        {more.open && (
          <div class="grid">
            {MORE_METRICS.map((view) => (
              <TrendChart key={view.metric} answer={answer} view={view} />
            ))}
          </div>
        )}
      </details>
      <details {...table}>
        <summary>Every value as a table</summary>
        {table.open && <NightList answer={answer} />}
      </details>
    </>
  );
};
