import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** The look of a chart's tip. */
export const TIP = { fill: 'var(--surface)', stroke: 'var(--line)', fontSize: 12, lineHeight: 1.35 };

/** A drawn plot: `value` is the datum under the pointer. */
type Drawn = (SVGSVGElement | HTMLElement) & { value?: unknown };

/**
 * A chart that adapts to the available width.
 * @param label a one-sentence description for screen readers, which get the numbers from the table
 * @param plot returns Plot's options for a width in pixels; keep the same function for equal charts
 * @param onPick called with the clicked datum
 * @param prepare changes the drawn SVG, e.g. to make its cells focusable
 */
export const Chart = ({
  label,
  plot,
  onPick,
  prepare,
}: {
  label: string;
  plot: (width: number) => Plot.PlotOptions;
  onPick?: (datum: unknown) => void;
  prepare?: (svg: SVGSVGElement) => void;
}): VNode => {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let drawnWidth = 0;
    const draw = () => {
      const width = Math.floor(element.clientWidth);
      if (width === 0 || width === drawnWidth) return;
      drawnWidth = width;
      const drawn = Plot.plot({ width, marginTop: 12, ...plot(width) }) as Drawn;
      const svg = drawn instanceof SVGSVGElement ? drawn : drawn.querySelector('svg');
      // Screen readers read only the label of a picture, but each cell of a chart with focusable cells.
      if (prepare) svg?.querySelector('g.cells')?.setAttribute('role', 'group');
      else svg?.setAttribute('aria-hidden', 'true');
      if (svg) prepare?.(svg);
      if (onPick) drawn.addEventListener('click', () => drawn.value && onPick(drawn.value));
      element.replaceChildren(drawn);
    };
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    draw();
    return () => watcher.disconnect();
  }, [label, plot, onPick, prepare]);
  const aria = { role: prepare ? 'group' : 'img', 'aria-label': label } as const;
  return <div class="chart" ref={place} {...aria} />;
};
