import type { Day } from '../../../shared/core/day.ts';
import {
  type PartialEffect,
  type Relation,
  relationOf,
  type Sums,
  sumsOf,
  without,
} from './partial-effect.ts';

/** A month with fewer sessions does not count by itself. */
const FEWEST_IN_MONTH = 4;
/** What must remain without any one month, two-sided. */
const P_WITHOUT_MONTH = 0.05;
/** A third contradicts the whole if its change has the other sign and this p. */
const P_OF_CONTRADICTION = 0.1;

/** How an effect varies over the history. Slopes as {@link PartialEffect.slope}. */
export interface Variation {
  readonly thirds: readonly number[];
  readonly months: number;
  readonly monthsHeld: number;
  readonly withoutMonth: readonly [number, number];
  /** Whether the effect remains without any one month, and no third contradicts it. */
  readonly holds: boolean;
  readonly halves: readonly (Relation | undefined)[];
}

const partOf = (place: number, count: number, parts: number): number => Math.floor((place * parts) / count);

/** @param dates of the sessions of the effect */
export const variationOf = (
  { x, y, freedom, inflation, slope }: PartialEffect,
  dates: readonly Day[],
): Variation => {
  const places = [...x.keys()];
  const all = sumsOf(x, y);
  /** The relation within some sessions. They have their share of the degrees of freedom. */
  const within = (sums: Sums): Relation | undefined =>
    sums.n > 0 && sums.xx > 0
      ? relationOf(sums, { freedom: Math.max(1, (freedom * sums.n) / all.n), inflation })
      : undefined;
  const partsOf = (parts: number): (Relation | undefined)[] =>
    Array.from({ length: parts }, (_, part) =>
      within(
        sumsOf(
          x,
          y,
          places.filter((place) => partOf(place, dates.length, parts) === part),
        ),
      ),
    );
  const isSame = (part: Relation | undefined): boolean => part !== undefined && part.slope * slope > 0;
  const thirds = partsOf(3);
  const months = [...Map.groupBy(places, (place) => dates[place]?.slice(0, 7)).values()].map((those) =>
    sumsOf(x, y, those),
  );
  const others = months.map((month) => within(without(all, month)));
  const large = months.filter(({ n }) => n >= FEWEST_IN_MONTH);
  const slopes = others.map((part) => part?.slope ?? 0);
  return {
    thirds: thirds.map((part) => part?.slope ?? 0),
    months: large.length,
    monthsHeld: large.filter((month) => isSame(within(month))).length,
    withoutMonth: [Math.min(...slopes), Math.max(...slopes)],
    holds:
      others.every((part) => isSame(part) && part !== undefined && part.p <= P_WITHOUT_MONTH) &&
      thirds.every((part) => isSame(part) || part === undefined || part.p > P_OF_CONTRADICTION),
    halves: partsOf(2),
  };
};
