import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Tip } from './tip.tsx';
import type { Spot } from './tip-place.ts';
import { leave, point, usePointed } from './trends/pointed.ts';

/** A drawn plot: `value` is the datum under the pointer. */
export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot;

/** A mark whose datum has the tip. */
interface Tipped {
  readonly text: string;
  readonly spot: Spot;
}

/** The centre of the mark under the pointer, which has the class `pointed`, or else the pointer. */
const spotOf = (chart: HTMLElement, pointer: Spot): Spot => {
  const frame = chart.getBoundingClientRect();
  const mark = chart.querySelector('.pointed > *')?.getBoundingClientRect();
  const at = mark ? { x: mark.left + mark.width / 2, y: mark.top + mark.height / 2 } : pointer;
  return { x: at.x - frame.left, y: at.y - frame.top };
};

/**
 * A chart that adapts to the available width.
 * @param label a one-sentence description for screen readers; without one, they ignore the chart
 * @param plot returns Plot's options for a width in pixels; keep the same function for equal charts
 * @param tip the lines of the tip for the datum under the pointer. A mark with a pointer transform selects the datum; if the
 *   mark has `className: 'pointed'`, the tip points at it. Only one chart of the page shows a tip
 * @param onPick called with the clicked datum; on a touch screen, the tip has a button for it
 * @param prepare changes the drawn SVG, e.g. to make its cells focusable
 * @param onDraw called with each drawn plot, which has the scales
 */
export const Chart = <Datum,>({
  label,
  plot,
  tip,
  onPick,
  prepare,
  onDraw,
}: {
  label?: string;
  plot: (width: number) => Plot.PlotOptions;
  tip?: (datum: Datum) => string;
  onPick?: (datum: Datum) => void;
  prepare?: (svg: SVGSVGElement) => void;
  onDraw?: (drawn: Drawn) => void;
}): VNode => {
  const place = useRef<HTMLDivElement>(null);
  const pointer = useRef({ x: 0, y: 0, isTouch: false });
  const [owner] = useState(() => Symbol('chart'));
  const [tipped, setTipped] = useState<Tipped & { readonly datum: Datum; readonly isTouched: boolean }>();
  const isPointed = usePointed()?.owner === owner;
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
      if (tip) {
        // Otherwise Plot would keep the datum after a click.
        svg?.addEventListener('pointerdown', (event) => event.stopImmediatePropagation(), { capture: true });
        drawn.addEventListener('input', () => {
          const datum: Datum | null = drawn.value ?? null;
          if (datum === null) return leave(owner);
          setTipped({
            datum,
            text: tip(datum),
            spot: spotOf(element, pointer.current),
            isTouched: pointer.current.isTouch,
          });
          point({ owner, date: undefined });
        });
      }
      if (onPick)
        drawn.addEventListener('click', () => {
          const datum: Datum | null = drawn.value ?? null;
          if (datum !== null && !(tip && pointer.current.isTouch)) onPick(datum);
        });
      const focused = element.contains(document.activeElement) && document.activeElement;
      element.replaceChildren(drawn);
      // The focus stays on its date when data or width have changed.
      const date = focused && focused instanceof SVGElement ? focused.dataset['date'] : undefined;
      if (date !== undefined) drawn.querySelector<SVGElement>(`[data-date="${date}"]`)?.focus();
      onDraw?.(drawn);
    };
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    draw();
    return () => {
      watcher.disconnect();
      leave(owner);
    };
  }, [label, plot, tip, onPick, prepare, onDraw, owner]);
  useEffect(() => {
    // Plot ignores that a touch leaves, so the mark under it would stay.
    if (!isPointed)
      place.current
        ?.querySelector('svg')
        ?.dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));
  }, [isPointed]);
  const follow = ({ clientX: x, clientY: y, pointerType }: PointerEvent) => {
    pointer.current = { x, y, isTouch: pointerType === 'touch' };
  };
  const role = prepare ? 'group' : 'img';
  return (
    <div class="chart">
      <div
        ref={place}
        // Before Plot selects the datum: it does so on pointerenter, which follows pointerover.
        onPointerOverCapture={follow}
        onPointerMoveCapture={follow}
        {...(label !== undefined && { role, 'aria-label': label })}
      />
      {isPointed && tipped && (
        <Tip
          text={tipped.text}
          spot={tipped.spot}
          onOpen={onPick && tipped.isTouched ? () => onPick(tipped.datum) : undefined}
        />
      )}
    </div>
  );
};
