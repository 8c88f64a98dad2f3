import type { Scenario } from '../../../services/ring-simulator/sleeper/scenario.ts';
import { startRingSimulator } from '../../../services/ring-simulator/start.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { DayRecords, NightCollection } from '../../../shared/core/collections.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { NoDataReason } from '../../../shared/core/ledger.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { contentHash } from '../../../shared/core/night/content-hash.ts';
import { explainGap } from '../../../shared/core/night/explain-gap.ts';
import { createOuraClient } from '../../../shared/oura/api/client.ts';
import { fetchActivity, fetchDays } from '../../../shared/oura/api/fetch-days.ts';
import { fetchWindows } from '../../../shared/oura/api/fetch-windows.ts';
import { STANDING_CLOCK, TIME_ZONE } from './pipeline.ts';

/** The expected result of a date: the hash of its night, or why it has none. */
export type Truth = { readonly content_hash: string } | { readonly reason: NoDataReason };

/** The expected results, from an undisturbed simulator, without queue, table or retry. */
export interface Oracle {
  readonly truth: ReadonlyMap<Day, Truth>;
  /** The hash of a night that is stored without some collections. */
  hashWithout(collections: readonly NightCollection[], date: Day): string;
}

const hashOf = (date: Day, records: DayRecords): string | undefined => {
  const night = assembleNight(date, records);
  return night ? contentHash(night) : undefined;
};

/** @param clock when Oura is asked: a nap of today is there once it has ended */
export const askOracle = async (
  dates: readonly Day[],
  { seed, scenario, clock = STANDING_CLOCK }: { seed: number; scenario: Scenario; clock?: Clock },
): Promise<Oracle> => {
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock, seed, scenario });
  try {
    const client = createOuraClient({
      baseUrl: ring.url,
      accessToken: async () => 'simulated',
      timeLeft: () => 60_000,
    });
    const activity = await fetchActivity(client, dates);
    const truth = new Map<Day, Truth>();
    const answered = new Map<Day, DayRecords>();
    for (const window of fetchWindows(dates)) {
      const { days, denied } = await fetchDays(client, window);
      for (const date of window.dates) {
        const records = days.get(date) as DayRecords;
        answered.set(date, records);
        const content_hash = hashOf(date, records);
        const hasRestPeriods = records.sleep.length > 0;
        truth.set(
          date,
          content_hash !== undefined
            ? { content_hash }
            : {
                reason: explainGap({
                  activity: activity.days.get(date),
                  denied,
                  hasRestPeriods,
                  // The ring has been worn for years, and its owner never travels.
                  isSkipped: false,
                  isBeforeFirstRecord: false,
                }).reason,
              },
        );
      }
    }
    return {
      truth,
      hashWithout: (collections, date) => {
        const empty = Object.fromEntries(collections.map((collection) => [collection, []]));
        const records = { ...answered.get(date), ...empty } as unknown as DayRecords;
        return hashOf(date, records) ?? 'no night';
      },
    };
  } finally {
    await ring.stop();
  }
};
