import type { ComponentChildren } from 'preact';

/** What went wrong, read out at once by a screen reader; nothing where nothing did. */
export const Failure = ({ children }: { readonly children: ComponentChildren }) =>
  children ? (
    <p class="notice bad" role="alert">
      {children}
    </p>
  ) : null;
