import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Spot, tipPlace } from './tip-place.ts';

/**
 * The tip of a chart: a child of an element of class `chart`.
 * @param text its lines
 * @param spot what it points at, in pixels from the top left corner of the chart
 * @param onOpen for touch screens, where a tap shows the tip, and a button in it does what a click does elsewhere
 * @param openLabel the text of the button
 */
export const Tip = ({
  text,
  spot,
  onOpen,
  openLabel = 'Open this night',
}: {
  text: string;
  spot: Spot;
  onOpen?: (() => void) | undefined;
  openLabel?: string;
}): VNode => {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = place.current;
    const chart = tip?.parentElement?.getBoundingClientRect();
    if (!tip || !chart) return;
    const screen = { width: document.documentElement.clientWidth };
    const { x, y } = tipPlace(tip.getBoundingClientRect(), spot, chart, screen);
    // The Content-Security-Policy blocks style attributes, but not this.
    tip.style.left = `${x}px`;
    tip.style.top = `${y}px`;
  });
  const [head, ...lines] = text.split('\n');
  return (
    <div class="tip" ref={place}>
      <b>{head}</b>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
      {onOpen && (
        <button type="button" onClick={onOpen}>
          {openLabel}
        </button>
      )}
    </div>
  );
};
