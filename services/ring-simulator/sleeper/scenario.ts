import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import { diceOf } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import { bodyStateOf } from './sleeper.ts';
import type { ZonedTime } from './zoned-time.ts';

/**
 * How the sleeper treats the ring. `steady`: worn every night, synced at once. `forgetful`: as people do; nights
 * without the ring, days before the app is opened, nights that Oura revises later. `down`: as steady, but the API
 * answers 503 to everything.
 */
export const SCENARIOS = ['steady', 'forgetful', 'down'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What Oura will come to know of a day. */
export type WhatHappened = 'slept' | 'not_worn' | 'not_detected';

/** `rescored`: durations and score change. `reidentified`: so do the ids. `nap_confirmed`: a nap is added. */
export type RevisionKind = 'rescored' | 'reidentified' | 'nap_confirmed';

/** One day's fate, fixed by seed and day. */
export interface DayFate {
  readonly happened: WhatHappened;
  /** The day on which the app was first opened after the night: the day itself, or later. */
  readonly syncedOn: Day;
  /** When that was, epoch ms: earlier than this the API has nothing of the day, no activity either. */
  readonly syncedAt: number;
  readonly revision: { readonly kind: RevisionKind; readonly at: number } | null;
}

const PROBABILITY = { notWorn: 0.08, notDetected: 0.05, appUnopened: 0.08, revised: 0.14 };
/** The app is opened on the seventh day at the latest: the look-back of the sync. */
const LONGEST_WITHOUT_APP = 6;
const REVISIONS: readonly RevisionKind[] = ['rescored', 'reidentified', 'nap_confirmed'];

/** The fate of every day of a steady sleeper: there is a night whatever the hour is, even one that ends later today. */
export const steadyFate = (day: Day): DayFate => ({
  happened: 'slept',
  syncedOn: day,
  syncedAt: Number.NEGATIVE_INFINITY,
  revision: null,
});

/** Single forgotten mornings, and now and then some days away without the phone. */
const leavesAppClosed = (seed: number, day: Day): boolean => {
  const dice = diceOf(seed, dayNumberOf(day));
  return dice.happens('app unopened', PROBABILITY.appUnopened) || dice.slow('away', 6) > 1.5;
};

/** The fate of a day of a forgetful sleeper. */
export const forgetfulFate = (seed: number, zone: ZonedTime, day: Day): DayFate => {
  const today = diceOf(seed, dayNumberOf(day));
  const happened = today.happens('not worn', PROBABILITY.notWorn)
    ? 'not_worn'
    : today.happens('not detected', PROBABILITY.notDetected)
      ? 'not_detected'
      : 'slept';
  const opened = daysFrom(day, addDays(day, LONGEST_WITHOUT_APP)).find(
    (candidate) => !leavesAppClosed(seed, candidate),
  );
  const syncedOn = opened ?? addDays(day, LONGEST_WITHOUT_APP);
  const morning = bodyStateOf(seed, dayNumberOf(syncedOn));
  const syncedAt = zone.instantOf(
    syncedOn,
    Math.round(morning.wakeTime + 10 + 35 * morning.dice.uniform('app')),
  );
  if (happened !== 'slept' || !today.happens('revised', PROBABILITY.revised)) {
    return { happened, syncedOn, syncedAt, revision: null };
  }
  const kind = REVISIONS[Math.floor(today.uniform('revision kind') * REVISIONS.length)] ?? 'rescored';
  const delay = 1 + Math.floor(today.uniform('revision delay') * 6);
  return {
    happened,
    syncedOn,
    syncedAt,
    revision: { kind, at: zone.instantOf(addDays(syncedOn, delay), 480) },
  };
};
