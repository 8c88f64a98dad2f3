import { mean, quantileSorted } from 'simple-statistics';
import { residualsOf } from './controls.ts';
import type { Tested } from './evaluate-pairs.ts';
import { type PartialEffect, relate } from './partial-effect.ts';

/** How much the relation of y with `extra` adds to that with x. */
const addedTo = ({ x, y, adjustment, effect }: Tested, extra: Float64Array): PartialEffect | undefined => {
  const withX = adjustment.with([x]);
  const [rest, restOfY] = [residualsOf(extra, withX), residualsOf(y, withX)];
  return rest && restOfY && relate(rest, restOfY, { ...effect, freedom: effect.freedom - 1 });
};

const centred = (values: Float64Array): Float64Array => {
  const centre = mean([...values]);
  return values.map((value) => value - centre);
};

/** Whether the effect differs between the first and the second half of the sessions. */
export const changeOverTime = (tested: Tested): PartialEffect | undefined =>
  addedTo(
    tested,
    centred(tested.x).map((value, at) => (2 * at < tested.x.length ? 0 : value)),
  );

/** The part of the range of x that contains four fifths of the sessions. A turning point outside is a guess. */
const MIDDLE = [0.1, 0.9] as const;

/** A parabola instead of a line. */
export interface Curve {
  readonly added: PartialEffect;
  /** Where it turns; undefined outside of the middle of x. */
  readonly at: number | undefined;
}

export const curveOf = (tested: Tested): Curve | undefined => {
  const { x, effect } = tested;
  const centre = mean([...x]);
  const squares = centred(x).map((value) => value ** 2);
  const added = addedTo(tested, squares);
  if (!added) return undefined;
  // y = b (x - centre) + c (x - centre)². b given the square is the slope alone, less c times the slope of the square on x.
  const square = residualsOf(squares, tested.adjustment);
  const shared = square ? relate(effect.x, square, effect).slope : 0;
  const at = centre - (effect.slope - added.slope * shared) / (2 * added.slope);
  const sorted = [...x.toSorted()];
  const [low, high] = MIDDLE.map((share) => quantileSorted(sorted, share));
  return { added, at: at >= Number(low) && at <= Number(high) ? at : undefined };
};
