import type { ButtonHTMLAttributes, VNode } from 'preact';

/** A button that keeps the focus while it is off, unlike one that is `disabled`. */
export const Button = ({
  isOff,
  onClick,
  ...rest
}: ButtonHTMLAttributes & { isOff: boolean; onClick: () => void }): VNode => (
  <button {...rest} type="button" aria-disabled={isOff} onClick={() => !isOff && onClick()} />
);
