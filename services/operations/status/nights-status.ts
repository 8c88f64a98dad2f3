import type { Day } from '../../../shared/core/day.ts';
import { type Arrival, arrivalOf } from '../../../shared/core/freshness.ts';
import { hasVanished } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';

/** The stored nights, as `status` shows them. */
export interface NightsStatus {
  readonly stored: number;
  /** The stored nights that Oura no longer has. */
  readonly vanished: number;
  readonly first: Day | null;
  readonly last: Day | null;
  /** How the last night arrived; null for a night of a backfill. */
  readonly last_arrival: Arrival | null;
}

export const readNightsStatus = async (stack: Stack): Promise<NightsStatus> => {
  const { days, sleepTable } = openLedger(stack);
  const dates = (await Array.fromAsync(sleepTable.dates())).sort();
  const newest = dates.at(-1);
  const last_night = newest === undefined ? undefined : (await sleepTable.get([newest])).get(newest);
  return {
    stored: dates.length,
    vanished: (await Array.fromAsync(days.scan())).filter(hasVanished).length,
    first: dates[0] ?? null,
    last: newest ?? null,
    last_arrival: (last_night && arrivalOf(last_night)) ?? null,
  };
};
