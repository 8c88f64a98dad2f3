import type { Day } from '../../../shared/core/day.ts';
import { dayNumberOf } from './periods.ts';

/** The ids of Oura's documents that a stored night was computed from. */
export interface NightIds {
  readonly date: Day;
  readonly ids: readonly string[];
}

const FIRST_GROUP = /^[0-9a-f]{8}(?=-)/;

/**
 * Whose nights these are, by the ids of their documents; `unknown` if there are too few. The first group of a simulated id is the
 * number of its day, masked by the seed (noise.ts), so all nights of a seed have one mask. Two real ids have the same one with a
 * probability of 1 in 4,000,000,000.
 */
export const recognizeNights = (nights: Iterable<NightIds>): 'simulated' | 'real' | 'unknown' => {
  const masks = new Set<number>();
  let ids = 0;
  for (const night of nights)
    for (const id of new Set(night.ids)) {
      ids += 1;
      const group = FIRST_GROUP.exec(id)?.[0];
      if (group === undefined) continue;
      const mask = (Number.parseInt(group, 16) ^ dayNumberOf(night.date)) >>> 0;
      if (masks.has(mask)) return 'simulated';
      masks.add(mask);
    }
  return ids > 1 ? 'real' : 'unknown';
};
