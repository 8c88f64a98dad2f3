import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Moves the focus to `place` when what has it disappears, e.g. the button of a gap that is closed. */
export const useKeptFocus = (place: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    let focused: EventTarget | null = null;
    const remember = ({ target }: FocusEvent) => {
      focused = target;
    };
    const watcher = new MutationObserver(() => {
      if (!(focused instanceof Element) || focused.isConnected) return;
      focused = null;
      if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    return () => {
      watcher.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, [place]);
};
