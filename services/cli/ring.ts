import type { Clock } from '../../shared/runtime/clock.ts';
import type { Scenario } from '../ring-simulator/scenario.ts';
import { startRingSimulator } from '../ring-simulator/start.ts';
import { storedInFolder } from './connect/stored.ts';
import { suggest } from './print/advice.ts';
import type { RingKind } from './ring-of-folder.ts';
import { createSimulatedTraining, type SimulatedTraining } from './simulated-training.ts';
import { UsageError } from './usage-error.ts';

/** Where the nights come from. */
export interface Ring {
  readonly kind: RingKind;
  readonly baseUrl: string;
  /** A personal access token; undefined where the data folder keeps a connection. */
  readonly apiKey: string | undefined;
  /** One line for the user. Never holds a secret. */
  readonly description: string;
  /** What the simulated ring's wearer trains; absent with a real ring. */
  readonly training?: SimulatedTraining;
  stop(): Promise<void>;
}

/** Where the API is unless OURA_API_BASE_URL says otherwise. */
export const OURA = 'https://api.ouraring.com';

/**
 * Oura, or whatever `OURA_API_BASE_URL` names, with `OURA_API_KEY` where that is set, else with the connection that
 * `npm run connect` has put into the data folder; where there is neither, a simulated ring on loopback. Throws a UsageError
 * for half a setting, and for a connection that cannot be used.
 */
export const openRing = async (
  options: { dataDir: string; timeZone: string; clock: Clock; seed: number; ring: Scenario },
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ring> => {
  const apiKey = env['OURA_API_KEY'];
  const baseUrl = env['OURA_API_BASE_URL'];
  const real = (how: string): Ring => ({
    kind: 'real',
    baseUrl: baseUrl || OURA,
    apiKey: apiKey || undefined,
    description: `Ring      ${baseUrl || OURA}, ${how}`,
    stop: async () => {},
  });
  if (apiKey) return real('with OURA_API_KEY');
  const stored = storedInFolder(options.dataDir);
  if (stored.kind === 'connection') return real(`connected (scopes ${stored.connection.scopes.join(', ')})`);
  if (stored.kind === 'unusable') {
    const again = suggest('connect', options);
    throw new UsageError(`${options.dataDir}/credentials.json ${stored.reason}: ${again} makes a new one.`);
  }
  if (baseUrl) {
    throw new UsageError(
      'OURA_API_BASE_URL is set but there is neither a connection nor OURA_API_KEY: npm run connect first, or unset it for a simulated ring.',
    );
  }
  const training = createSimulatedTraining(options);
  const simulator = await startRingSimulator({
    timeZone: options.timeZone,
    clock: options.clock,
    seed: options.seed,
    scenario: options.ring,
    onCall: training.called,
  });
  return {
    kind: 'simulated',
    baseUrl: simulator.url,
    apiKey: 'simulated',
    description: `Ring      simulated (${options.ring}, seed ${options.seed}) at ${simulator.url}: no ring is connected`,
    training,
    stop: () => simulator.stop(),
  };
};
