import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { exportedNights, nightsOfRing, sameNights } from './nights.ts';
import type { Proof } from './proof.ts';

export const TIME_ZONE = 'America/Los_Angeles';
/** One person and her ring: each stack has one. */
export interface Person {
  readonly stackName: string;
  readonly apiKey: string;
  readonly ring: RingSimulator;
}

/** Gives a person a ring that takes her key only. Another seed is another sleeper. */
export const person = async (stackName: string, seed: number): Promise<Person> => {
  const apiKey = `key-of-${stackName}`;
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: systemClock, seed, apiKey });
  return { stackName, apiKey, ring };
};

/** Quick retries, so that an outage is over within seconds; the address is the simulated ring's. */
export const settingsOf = ({ ring, stackName }: Person): Record<string, string> => ({
  stackName,
  ouraApiBaseUrl: ring.url,
  retryBaseSeconds: '0.2',
});

/** A command of the project with `--aws`, for the stack of the person. Gives what it printed. */
export const commandOn =
  (proof: Proof, { stackName }: Person) =>
  (name: string, ...args: string[]) =>
    proof.user(['node', 'services/cli/main.ts', name, '--aws', '--stack', stackName, ...args]);

/** Compares every exported night with the ring's own records. Returns how many there are. */
export const compareNights = async (proof: Proof, owner: Person): Promise<number> => {
  const nights = exportedNights(await commandOn(proof, owner)('export'));
  sameNights(
    nights,
    await nightsOfRing(
      owner.ring,
      owner.apiKey,
      nights.map(({ date }) => date),
    ),
  );
  return nights.length;
};
