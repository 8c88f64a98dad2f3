import type { Spot } from '../tip-place.ts';

/** The index of the spot that is nearest to the pointer: across, and among those that are equally near, also down. */
export const nearestIndex = (spots: readonly Spot[], pointer: Spot): number => {
  const distances = spots.map(({ x, y }) => ({
    across: Math.abs(x - pointer.x),
    down: Math.abs(y - pointer.y),
  }));
  return distances.reduce((best, { across, down }, index) => {
    const least = distances[best];
    if (!least || across > least.across) return best;
    return across < least.across || down < least.down ? index : best;
  }, 0);
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
