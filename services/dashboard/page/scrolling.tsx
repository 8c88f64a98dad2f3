import type { ComponentChildren, VNode } from 'preact';

/** A table that is wider than a phone. */
export const Scrolling = ({ label, children }: { label: string; children: ComponentChildren }): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
);
