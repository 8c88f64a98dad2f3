/** The index of the position that is nearest to `x`. @param positions in ascending order, at least one */
export const nearestIndex = (positions: readonly number[], x: number): number => {
  const after = positions.findIndex((position) => position >= x);
  if (after === -1) return positions.length - 1;
  const [before, next] = [positions[after - 1] ?? Number.NEGATIVE_INFINITY, positions[after] ?? x];
  return x - before < next - x ? after - 1 : after;
};

/** How far a key moves. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** The index to which a key moves; undefined if it moves to none. */
export const steppedIndex = (key: string, index: number, count: number): number | undefined => {
  const step = STEPS[key];
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, index + step));
};
