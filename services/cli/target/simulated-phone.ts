import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../shared/core/clock.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { NO_RECORDS } from '../../ring-simulator/sleeper/collections.ts';
import type { RingSimulator } from '../../ring-simulator/start.ts';

/** Long enough to see that the night is missing, and not so long that a user gives up. */
const SYNC_AFTER_MS = 30_000;

/** The phone of the simulated sleeper, which syncs last night while the user watches. */
export interface SimulatedPhone {
  /** Keeps last night from the API until {@link sync}, unless the phone has synced it before. */
  holdBack(isSynced: (day: Day) => Promise<boolean>): Promise<void>;
  /**
   * Syncs last night after half a minute: the API has it, and announces it to the subscriptions. Returns undefined if the sleeper
   * has no record of it, or if `signal` aborts first.
   */
  sync(signal: AbortSignal): Promise<{ readonly day: Day; readonly isAnnounced: boolean } | undefined>;
}

export const createSimulatedPhone = (
  ring: Pick<RingSimulator, 'edit' | 'restore' | 'webhooks'>,
  { timeZone, clock }: { readonly timeZone: string; readonly clock: Clock },
): SimulatedPhone => {
  const lastNight = dayIn(timeZone, clock.now());
  let isNew = false;
  return {
    holdBack: async (isSynced) => {
      isNew = !(await isSynced(lastNight));
      if (isNew) ring.edit(lastNight, () => NO_RECORDS);
    },
    sync: async (signal) => {
      try {
        await sleep(SYNC_AFTER_MS, undefined, { signal });
      } catch {
        return undefined;
      }
      ring.restore(lastNight);
      const events = ring.webhooks.announce(lastNight, { eventType: isNew ? 'create' : 'update' });
      const isAnnounced = ring.webhooks.subscriptions.length > 0;
      return events.length === 0 ? undefined : { day: lastNight, isAnnounced };
    },
  };
};
