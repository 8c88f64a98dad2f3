import { DEFAULT_LOOK_BACK_DAYS } from '../../../shared/core/choose-dates.ts';
import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import { diceOf } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import { bodyStateOf } from './sleeper.ts';
import type { ZonedTime } from './zoned-time.ts';

/**
 * How the sleeper uses the ring. `steady`: wears it every night and syncs at once. `forgetful`: some nights without the
 * ring, some days without opening the app, some nights that Oura revises later. `messy`: like `steady`, but with the faults in
 * records and responses that users of the real API report (planted-faults.ts, messy-calls.ts). `down`: like `steady`, but
 * every API call gets 503.
 */
export const SCENARIOS = ['steady', 'forgetful', 'messy', 'down'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What Oura finds out about a day. */
type WhatHappened = 'slept' | 'not_worn' | 'not_detected';

/** `rescored`: durations and score change. `reidentified`: the ids change too. `nap_confirmed`: a nap is added. */
type RevisionKind = 'rescored' | 'reidentified' | 'nap_confirmed';

/** What happens to one day's data. Determined by seed and day. */
export interface DayFate {
  readonly happened: WhatHappened;
  /** The day on which the user first opened the app after the night: the same day or later. */
  readonly syncedOn: Day;
  /** The instant of that sync, epoch ms. Before it the API has no records of the day, not even activity. */
  readonly syncedAt: number;
  readonly revision: { readonly kind: RevisionKind; readonly at: number } | null;
}

const PROBABILITY = { notWorn: 0.08, notDetected: 0.05, appUnopened: 0.08, revised: 0.14 };
/** The user opens the app on the last day on which the night is still in the look-back of the sync. */
const LONGEST_WITHOUT_APP = DEFAULT_LOOK_BACK_DAYS - 1;
const REVISIONS: readonly RevisionKind[] = ['rescored', 'reidentified', 'nap_confirmed'];

/** The fate of every day of a steady sleeper. The night always exists, even if it ends later today. */
export const steadyFate = (day: Day): DayFate => ({
  happened: 'slept',
  syncedOn: day,
  syncedAt: Number.NEGATIVE_INFINITY,
  revision: null,
});

/** Single mornings without opening the app, and sometimes several days without the phone. */
const leavesAppClosed = (seed: number, day: Day): boolean => {
  const dice = diceOf(seed, dayNumberOf(day));
  return dice.happens('app unopened', PROBABILITY.appUnopened) || dice.slow('away', 6) > 1.5;
};

/** The fate of one day of a forgetful sleeper. */
export const forgetfulFate = (seed: number, zone: ZonedTime, day: Day): DayFate => {
  const today = diceOf(seed, dayNumberOf(day));
  const happened = today.happens('not worn', PROBABILITY.notWorn)
    ? 'not_worn'
    : today.happens('not detected', PROBABILITY.notDetected)
      ? 'not_detected'
      : 'slept';
  const latest = addDays(day, LONGEST_WITHOUT_APP);
  const syncedOn = daysFrom(day, latest).find((morning) => !leavesAppClosed(seed, morning)) ?? latest;
  const { dice, wakeTime } = bodyStateOf(seed, dayNumberOf(syncedOn));
  const syncedAt = zone.instantOf(syncedOn, Math.round(wakeTime + 10 + 35 * dice.uniform('app')));
  if (happened !== 'slept' || !today.happens('revised', PROBABILITY.revised))
    return { happened, syncedOn, syncedAt, revision: null };
  const kind = REVISIONS[Math.floor(today.uniform('revision kind') * REVISIONS.length)] ?? 'rescored';
  const delay = 1 + Math.floor(today.uniform('revision delay') * 6);
  const at = zone.instantOf(addDays(syncedOn, delay), 480);
  return { happened, syncedOn, syncedAt, revision: { kind, at } };
};
