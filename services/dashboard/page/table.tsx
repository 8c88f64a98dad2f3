import type { ComponentChildren, VNode } from 'preact';

/** A table with one column for each head. It scrolls where it is wider than the screen. */
export const Table = ({
  label,
  kind,
  heads,
  children,
}: {
  label: string;
  kind?: string;
  heads: readonly ComponentChildren[];
  children: ComponentChildren;
}): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
  <section class="scroll" tabIndex={0} aria-label={label}>
    <table class={kind}>
      <thead>
        <tr>
          {heads.map((head, index) => (
            <th scope="col" key={index}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);
