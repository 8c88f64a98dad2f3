/** Simulates the mouse at the centre of `mark`, so that Plot selects its datum, and the chart shows its tip. */
export const pointAt = (mark: SVGElement, type: 'pointermove' | 'pointerleave'): void => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  mark.ownerSVGElement?.dispatchEvent(
    new PointerEvent(type, { pointerType: 'mouse', clientX: left + width / 2, clientY: top + height / 2 }),
  );
};
