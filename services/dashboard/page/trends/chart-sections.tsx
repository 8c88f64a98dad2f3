import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import { showDay } from '../format.ts';
import { MAIN_METRICS, type MetricView, MORE_METRICS } from '../metrics.ts';
import { PictureButtons } from '../picture-buttons.tsx';
import { useOpen } from '../place.ts';

/** What each mark in the charts means: its class, and the words. */
export type Marks = readonly (readonly [mark: string, words: string])[];

/**
 * The charts of a range: the main ones, those of the other metrics, and every value as a table.
 * @param chart the chart of a metric
 * @param children more main charts
 * @param table on demand
 */
export const ChartSections = ({
  range: { from, to },
  marks,
  chart,
  children,
  tableTitle,
  table,
}: {
  range: { readonly from: Day; readonly to: Day };
  marks: Marks;
  chart: (view: MetricView) => VNode;
  children: ComponentChildren;
  tableTitle: string;
  table: () => VNode;
}): VNode => {
  const main = useRef<HTMLDivElement>(null);
  const more = useOpen('more');
  const values = useOpen('table');
  const title = `Nights from ${showDay(from)} to ${showDay(to)}`;
  return (
    <>
      <ul class="legend marks" aria-label="How to read the charts">
        {marks.map(([mark, words]) => (
          <li key={mark}>
            <i class={`mark ${mark}`} /> {words}
          </li>
        ))}
      </ul>
      <div class="grid" ref={main}>
        {MAIN_METRICS.map(chart)}
        {children}
      </div>
      <PictureButtons of={main} picture={{ title, sentences: [], name: `nights-${from}-${to}` }} />
      <details {...more}>
        <summary>More metrics</summary>
        {more.open && <div class="grid">{MORE_METRICS.map(chart)}</div>}
      </details>
      <details {...values}>
        <summary>{tableTitle}</summary>
        {values.open && table()}
      </details>
    </>
  );
};
