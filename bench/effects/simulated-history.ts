import { datedNight } from '../../services/insights/features/dated-night.ts';
import type { History } from '../../services/insights/insights.ts';
import { localDays, ringOffsets } from '../../services/insights/training/local-days.ts';
import { trainingDays } from '../../services/insights/training/training-measures.ts';
import { projection } from '../../services/ring-simulator/api/fields.ts';
import { createLifter, type SleepEffects } from '../../services/ring-simulator/sleeper/lifter.ts';
import { createRing } from '../../services/ring-simulator/sleeper/ring.ts';
import { FIELDS, type NightCollection } from '../../shared/core/collections.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { assembleNight } from '../../shared/core/night/assemble-night.ts';

const TIME_ZONE = 'America/Los_Angeles';
/** Long after the last night, when all late data has arrived. */
const LONG_AFTER_DAYS = 60;

/**
 * Simulates the nights of a forgetful sleeper, some of them missing, late or revised, and the training of the lifter with the
 * same seed. Uses the code that processes synced nights and stored sets.
 */
export const simulatedHistory = (seed: number, from: Day, to: Day, effects: SleepEffects): History => {
  const ring = createRing({ seed, timeZone: TIME_ZONE, scenario: 'forgetful' });
  const lifter = createLifter({ seed, timeZone: TIME_ZONE, effects });
  const now = Date.parse(`${addDays(to, LONG_AFTER_DAYS)}T12:00:00Z`);
  const days = daysFrom(from, to);
  return {
    nights: days.flatMap((day) => {
      const records = (collection: NightCollection) =>
        ring.records(collection, day, now).map(projection(collection, FIELDS[collection].join(',')));
      const night = assembleNight(day, {
        sleep: records('sleep'),
        daily_sleep: records('daily_sleep'),
        daily_readiness: records('daily_readiness'),
        daily_spo2: records('daily_spo2'),
      });
      return night ? [datedNight(night)] : [];
    }),
    training: trainingDays(
      days.flatMap((day) => lifter.sets(day)),
      localDays(ringOffsets([]), TIME_ZONE),
    ),
  };
};
