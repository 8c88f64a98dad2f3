import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS_VARIABLE } from '../../cdk/settings-file.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { dayIn } from '../../shared/core/day.ts';
import { APPLICATION } from '../helpers/connected.ts';
import { exportedNights, nightsOfRing, sameNights } from './nights.ts';
import type { Proof } from './proof.ts';

export const TIME_ZONE = 'America/Los_Angeles';
/** A user with a ring. Each stack has one. */
export interface Person {
  readonly stackName: string;
  readonly apiKey: string;
  readonly ring: RingSimulator;
  /** The settings file. */
  readonly settings: string;
}

/** Creates a user with a ring that accepts only the user's key. Each seed is a different sleeper. @param home of the user */
export const person = async (stackName: string, seed: number, home: string): Promise<Person> => {
  const apiKey = `key-of-${stackName}`;
  const oauth = { applications: [APPLICATION] };
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: systemClock, seed, apiKey, oauth });
  // From now on the day does not change: a nap that ends between a run and a comparison would make them differ.
  ring.edit(dayIn(TIME_ZONE, systemClock.now()), (records) => records);
  return { stackName, apiKey, ring, settings: join(home, `${stackName}.json`) };
};

/** The environment in which a command reads the user's settings. */
export const envOf = ({ settings }: Person) => ({ [SETTINGS_VARIABLE]: settings });

export const saveSettings = ({ settings }: Person, values: object) =>
  writeFile(settings, JSON.stringify(values));

/** The options of `npm run deploy` that save `settings` without questions. */
export const saving = (settings: Readonly<Record<string, string>>): readonly string[] => [
  '--yes',
  ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
];

/** Settings with the address of the simulated ring, and quick retries so that an outage lasts only seconds. */
export const settingsOf = ({ ring, stackName }: Person): Record<string, string> => ({
  stackName,
  ouraApiBaseUrl: ring.url,
  retryBaseSeconds: '0.2',
});

/** Runs a command with `--aws` for the user's stack. Returns its output. */
export const commandOn =
  (proof: Proof, owner: Person) =>
  (name: string, ...args: string[]) =>
    proof.user(
      ['node', 'services/cli/main.ts', name, '--aws', '--stack', owner.stackName, ...args],
      existsSync(owner.settings) ? envOf(owner) : {},
    );

/** Compares every exported night with the ring's records. Returns the number of nights. */
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
