import { useEffect, useState } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';

/** What the pointer or the keyboard points at. All charts mark its date, and only the chart that owns it shows a tip. */
interface Pointed {
  /** Identifies the chart. */
  readonly owner: symbol;
  /** Undefined in a chart without dates. */
  readonly date: Day | undefined;
}

let current: Pointed | undefined;
const listeners = new Set<(pointed: Pointed | undefined) => void>();

/** Points at something, or at nothing. */
export const point = (next: Pointed | undefined): void => {
  if (next === current || (next?.owner === current?.owner && next?.date === current?.date)) return;
  current = next;
  for (const listener of listeners) listener(next);
};

/** Points at nothing, unless another chart is pointed at by now. */
export const leave = (owner: symbol): void => {
  if (current?.owner === owner) point(undefined);
};

const onKey = ({ key }: KeyboardEvent): void => {
  if (key === 'Escape') point(undefined);
};

let isDown = false;
/** Whether a finger is on the screen or a button of the mouse is down, while a chart is shown. */
export const isPressed = (): boolean => isDown;
const onRelease = (): void => {
  isDown = false;
};
/** A touch beside the charts closes the tip; the chart that is touched points anew. */
const onPress = ({ target }: PointerEvent): void => {
  isDown = true;
  if (!(target instanceof Element) || target.closest('.chart') === null) point(undefined);
};

let listening = new AbortController();

const listen = (listener: (pointed: Pointed | undefined) => void): (() => void) => {
  if (listeners.size === 0) {
    listening = new AbortController();
    // Before a chart stops the event.
    const options = { capture: true, signal: listening.signal };
    document.addEventListener('keydown', onKey, options);
    document.addEventListener('pointerdown', onPress, options);
    document.addEventListener('pointerup', onRelease, options);
    document.addEventListener('pointercancel', onRelease, options);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) listening.abort();
  };
};

/** What is pointed at, in any component. */
export const usePointed = (): Pointed | undefined => {
  const [pointed, setPointed] = useState(current);
  useEffect(() => listen(setPointed), []);
  return pointed;
};
