import type { Day } from '../../../shared/core/day.ts';
import { type PartialEffect, relate } from './partial-effect.ts';

/** A month with fewer sessions does not count by itself. */
const FEWEST_IN_MONTH = 4;
/** What must remain without any one month, two-sided. */
const P_WITHOUT_MONTH = 0.05;
/** A third contradicts the whole if its change has the other sign and this p. */
const P_OF_CONTRADICTION = 0.1;

/** The relation within some sessions, with the residuals of the whole. */
const within = (
  { x, y, freedom }: PartialEffect,
  isIn: (place: number) => boolean,
): PartialEffect | undefined => {
  const places = [...x.keys()].filter(isIn);
  const select = (values: Float64Array) => Float64Array.from(places, (place) => values[place] ?? 0);
  const part = relate(select(x), select(y), Math.max(1, (freedom * places.length) / x.length));
  return Number.isFinite(part.slope) ? part : undefined;
};

/** How an effect varies over the history. Slopes as {@link PartialEffect.slope}. */
export interface Variation {
  readonly thirds: readonly number[];
  readonly months: number;
  readonly monthsHeld: number;
  readonly withoutMonth: readonly [number, number];
  /** Whether the effect remains without any one month, and no third contradicts it. */
  readonly holds: boolean;
  readonly halves: readonly (PartialEffect | undefined)[];
}

const partOf = (place: number, count: number, parts: number): number => Math.floor((place * parts) / count);

/** @param dates of the sessions of the effect */
export const variationOf = (effect: PartialEffect, dates: readonly Day[]): Variation => {
  const { slope } = effect;
  const { length } = dates;
  const isSame = (part: PartialEffect | undefined): boolean => part !== undefined && part.slope * slope > 0;
  const thirds = [0, 1, 2].map((third) => within(effect, (place) => partOf(place, length, 3) === third));
  const monthOf = dates.map((date) => date.slice(0, 7));
  const sizes = new Map<string, number>();
  for (const month of monthOf) sizes.set(month, (sizes.get(month) ?? 0) + 1);
  const months = [...sizes.keys()];
  const without = months.map((month) => within(effect, (place) => monthOf[place] !== month));
  const large = months.filter((month) => (sizes.get(month) ?? 0) >= FEWEST_IN_MONTH);
  const slopes = without.map((part) => part?.slope ?? 0);
  return {
    thirds: thirds.map((part) => part?.slope ?? 0),
    months: large.length,
    monthsHeld: large.filter((month) => isSame(within(effect, (place) => monthOf[place] === month))).length,
    withoutMonth: [Math.min(...slopes), Math.max(...slopes)],
    holds:
      without.every((part) => isSame(part) && part !== undefined && part.p <= P_WITHOUT_MONTH) &&
      thirds.every((part) => isSame(part) || part === undefined || part.p > P_OF_CONTRADICTION),
    halves: [0, 1].map((half) => within(effect, (place) => partOf(place, length, 2) === half)),
  };
};
