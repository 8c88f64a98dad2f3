import { type Day, dayIn } from '../../../shared/core/day.ts';
import type { Collection } from '../sleeper/collections.ts';
import { diceOf } from '../sleeper/noise.ts';
import { dayNumberOf } from '../sleeper/periods.ts';
import type { FaultKind } from './faults.ts';

/** The faults of single calls in the `messy` scenario, and how likely a call suffers one. */
export const MESSY_CALLS: { readonly probability: number; readonly faults: readonly FaultKind[] } = {
  probability: 0.03,
  faults: ['rate_limited_garbled', 'challenge_forbidden', 'challenge_unavailable'],
};

/** Collections that a night can do without, and how likely each responds with 404 for a whole day. */
const OPTIONAL: readonly Collection[] = ['daily_readiness', 'daily_spo2'];
const GONE = 0.03;

/** The collections that respond with 404 to every call of `day` in the `messy` scenario. */
export const goneOn = (seed: number, day: Day): readonly Collection[] => {
  const dice = diceOf(seed, dayNumberOf(day));
  return OPTIONAL.filter((collection) => dice.happens(`gone ${collection}`, GONE));
};

/** Whether the collection responds with 404 at `now`. */
export type IsGone = (collection: Collection, now: number) => boolean;

export const messyGone =
  (seed: number, timeZone: string): IsGone =>
  (collection, now) =>
    goneOn(seed, dayIn(timeZone, now)).includes(collection);
