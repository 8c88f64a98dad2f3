import { COLLECTIONS, type DayRecords } from '../../services/ring-simulator/sleeper/collections.ts';
import { createRing } from '../../services/ring-simulator/sleeper/ring.ts';
import type { DayFate } from '../../services/ring-simulator/sleeper/scenario.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { addDays, type Day, dayIn, daysFrom } from '../../shared/core/day.ts';
import { APPLICATION, tokenUrls } from '../helpers/connected.ts';

/** Where the sleeper lives. Both changes of its clock are at night. */
export const HOME_ZONE = 'Europe/Helsinki';
const AWAY_ZONE = 'America/New_York';

const SEED = 17;

/** How long Oura may revise a night after it. */
const REVISED_DAYS = 14;

/** A journey, from the first night away to the last. */
export interface Trip {
  readonly from: Day;
  readonly to: Day;
}

/** What the suite knows about the sleeper, and does to the account. */
export interface Oura extends AsyncDisposable {
  readonly url: string;
  /** A file for `connect --import` with a newly granted pair of tokens. */
  grant(): Record<string, unknown>;
  /** Whether a refresh token was exchanged: what still has it has lost the new pair of tokens. */
  isUsed(refreshToken: string): boolean;
  /** The user removes the permissions of the application. */
  revoke(): void;
  setDown(isDown: boolean): void;
  /** Lets the sleeper sleep until now where it is. Call it before anything reads the account. */
  update(): void;
  fateOf(day: Day): DayFate;
  /** Today where the sleeper is. */
  today(): Day;
}

/** Starts Oura with a sleeper who forgets the ring and the app now and then, and travels during `trip`. */
export const startOura = async (trip: Trip): Promise<Oura> => {
  const simulator = await startRingSimulator({
    timeZone: HOME_ZONE,
    clock: systemClock,
    seed: SEED,
    scenario: 'forgetful',
    oauth: { applications: [APPLICATION] },
  });
  const away = createRing({ seed: SEED, timeZone: AWAY_ZONE, scenario: 'forgetful' });
  const isAway = (day: Day) => day >= trip.from && day <= trip.to;
  return {
    url: simulator.url,
    grant: () => {
      const { access_token, refresh_token, expires_in } = simulator.oauth.issue(APPLICATION.client_id);
      const { client_id, client_secret } = APPLICATION;
      const expires_at = Math.floor(Date.now() / 1000) + expires_in;
      const token_url = tokenUrls(simulator).cloud;
      return { client_id, client_secret, access_token, refresh_token, expires_at, token_url };
    },
    isUsed: simulator.oauth.isUsed,
    revoke: () => simulator.oauth.revokeAll(),
    setDown: (isDown) => {
      simulator.faults.clear();
      if (!isDown) return;
      simulator.faults.always('unavailable');
      simulator.faults.always('unavailable', { collection: 'token' });
    },
    update: () => {
      const now = Date.now();
      const today = dayIn(HOME_ZONE, now);
      if (today < trip.from || today > addDays(trip.to, REVISED_DAYS)) return;
      for (const day of daysFrom(trip.from, trip.to))
        simulator.edit(day, () => {
          const records = COLLECTIONS.map((name) => [name, away.records(name, day, now)]);
          return Object.fromEntries(records) as DayRecords;
        });
    },
    fateOf: (day) => (isAway(day) ? away.fateOf(day) : simulator.fateOf(day)),
    today: () => {
      const today = dayIn(AWAY_ZONE, Date.now());
      return isAway(today) ? today : dayIn(HOME_ZONE, Date.now());
    },
    [Symbol.asyncDispose]: () => simulator.stop(),
  };
};
