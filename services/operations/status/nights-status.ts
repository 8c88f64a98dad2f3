import type { Day } from '../../../shared/core/day.ts';
import { type Arrival, arrivalOf } from '../../../shared/core/freshness.ts';
import { hasVanished } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';
import type { SyncState } from './sync-state.ts';

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

/** Reads only the newest night: the state has the rest. */
export const readNightsStatus = async (
  stack: Stack,
  { nights, entries }: Pick<SyncState, 'nights' | 'entries'>,
): Promise<NightsStatus> => {
  const dates = [...nights].sort();
  const newest = dates.at(-1);
  const last_night =
    newest === undefined ? undefined : (await openLedger(stack).sleepTable.get([newest])).get(newest);
  return {
    stored: dates.length,
    vanished: [...entries.values()].filter(hasVanished).length,
    first: dates[0] ?? null,
    last: newest ?? null,
    last_arrival: (last_night && arrivalOf(last_night)) ?? null,
  };
};
