import type { ComponentChildren } from 'preact';

/** An error message that screen readers announce at once. Renders nothing without children. */
export const Failure = ({ children }: { readonly children: ComponentChildren }) =>
  children ? (
    <p class="notice bad" role="alert">
      {children}
    </p>
  ) : null;
