import { canonicalJson } from '../canonical-json.ts';
import type { RawRecord } from '../collections.ts';
import { compareText } from '../text.ts';

const instantOf = (document: RawRecord): number => {
  const instant = typeof document['timestamp'] === 'string' ? Date.parse(document['timestamp']) : Number.NaN;
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
};

/** Not String(): an id from JSON can be an object with a `toString` of its own, which is no function. */
const idOf = ({ id }: RawRecord): string => (typeof id === 'string' ? id : canonicalJson(id ?? null));

/**
 * The latest document of a day if Oura has several: by `timestamp`, then by `id` (`daily_spo2` has no timestamp).
 * Undefined if there is none. The order of `documents` does not matter as long as their ids differ.
 */
export const lastDocument = <T extends RawRecord>(documents: readonly T[]): T | undefined =>
  [...documents]
    .sort((a, b) =>
      instantOf(a) === instantOf(b) ? compareText(idOf(a), idOf(b)) : instantOf(a) - instantOf(b),
    )
    .at(-1);
