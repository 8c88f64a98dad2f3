import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A drawn plot: `value` is the datum under the pointer. */
type Drawn = (SVGSVGElement | HTMLElement) & { value?: unknown };

/**
 * A chart that follows the width it is given.
 * @param label what it shows, in one sentence: a screen reader gets this, and the numbers from the table beside it
 * @param plot the options of Plot for a width in pixels; must not change its identity between equal charts
 * @param onPick told the datum that is clicked
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
      // A picture is told by its label alone; one with cells to go to is told cell by cell.
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
  const told = { role: prepare ? 'group' : 'img', 'aria-label': label } as const;
  return <div class="chart" ref={place} {...told} />;
};
