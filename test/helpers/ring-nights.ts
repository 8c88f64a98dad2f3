import { createRing } from '../../services/ring-simulator/sleeper/ring.ts';
import { type Day, daysFrom } from '../../shared/core/day.ts';
import { assembleNight } from '../../shared/core/night/assemble-night.ts';
import type { Night } from '../../shared/core/sleep-record.ts';

const RING = { timeZone: 'America/Los_Angeles', seed: 1, scenario: 'steady' } as const;

/** The collections that a night is assembled from, as the simulated ring has them on a day. */
export const ringRecords = (day: Day, now: number) => {
  const ring = createRing(RING);
  const of = (collection: 'sleep' | 'daily_sleep' | 'daily_readiness' | 'daily_spo2') =>
    ring.records(collection, day, now);
  return {
    sleep: of('sleep'),
    daily_sleep: of('daily_sleep'),
    daily_readiness: of('daily_readiness'),
    daily_spo2: of('daily_spo2'),
  };
};

/** The nights of the default simulation as the pipeline assembles them. */
export const ringNights = (from: Day, to: Day): Night[] => {
  const after = Date.parse(`${to}T23:00:00Z`);
  return daysFrom(from, to).flatMap((day) => assembleNight(day, ringRecords(day, after)) ?? []);
};
