import * as Plot from '@observablehq/plot';
import { showDay } from '../format.ts';
import type { RareDot } from '../metrics.ts';

/** The fewer nights, the larger the dots. */
export const radius = (days: number): number => (days <= 7 ? 4.5 : days <= 30 ? 3.5 : days <= 90 ? 2.5 : 1.6);

/** Dots of rare nights, larger and in another colour. {@link makeDotsReachable} makes them focusable. */
export const rareDots = <Row>(rows: Row[], at: { x: keyof Row & string; y: keyof Row & string }, r: number) =>
  Plot.dot(rows, {
    ...at,
    r: r + 2,
    fill: 'var(--bad)',
    stroke: 'var(--surface)',
    strokeWidth: 1.5,
    className: 'rare-nights',
  });

/** Simulates the mouse at the centre of `mark`, so that Plot shows its tip. */
export const pointAt = (mark: SVGElement, type: 'pointermove' | 'pointerleave'): void => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  mark.ownerSVGElement?.dispatchEvent(
    new PointerEvent(type, { pointerType: 'mouse', clientX: left + width / 2, clientY: top + height / 2 }),
  );
};

/**
 * Makes the dots of {@link rareDots} focusable. A focused dot announces its sentence, shows the tip and can pick the night.
 * @param rare in the order of the dots
 */
export const makeDotsReachable = (
  svg: SVGSVGElement,
  rare: readonly RareDot[],
  onPick: (date: string) => void,
): void => {
  const group = svg.querySelector('g.rare-nights');
  for (const other of svg.children) if (other !== group) other.setAttribute('aria-hidden', 'true');
  group?.setAttribute('role', 'group');
  group?.setAttribute('aria-label', 'Rare nights');
  for (const [index, dot] of [...(group?.querySelectorAll('circle') ?? [])].entries()) {
    const night = rare[index];
    if (!night) continue;
    const { date, sentence } = night;
    dot.setAttribute('role', 'button');
    dot.setAttribute('tabindex', '0');
    dot.setAttribute('aria-label', `${showDay(date)}: ${sentence}`);
    dot.dataset['date'] = date;
    dot.addEventListener('focus', () => pointAt(dot, 'pointermove'));
    dot.addEventListener('blur', () => pointAt(dot, 'pointerleave'));
    dot.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onPick(date);
    });
  }
};
