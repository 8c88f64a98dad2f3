import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Spot, tipPlace } from './tip-place.ts';
import { isPressed } from './trends/pointed.ts';

/** A browser may send the click of a tap this long after the finger has left the screen. */
const CLICK_MS = 350;

/**
 * The tip of a chart: a child of an element of class `chart`.
 * @param text its lines
 * @param spot what it points at, in pixels from the top left corner of the chart
 * @param onOpen for touch screens, where a tap shows the tip, and a button in it does what a click does elsewhere. The tap that
 *   shows the tip does not press the button, also if it appears under the finger
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
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const lift = () => {
      waiting = setTimeout(() => setReady(true), CLICK_MS);
    };
    setReady(false);
    if (!isPressed()) lift();
    document.addEventListener('pointerup', lift);
    document.addEventListener('pointercancel', lift);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener('pointerup', lift);
      document.removeEventListener('pointercancel', lift);
    };
  }, [text]);
  const [head, ...lines] = text.split('\n');
  return (
    <div class={isReady ? 'tip ready' : 'tip'} ref={place}>
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
