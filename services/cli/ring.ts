import type { Clock } from '../../shared/runtime/clock.ts';
import type { Scenario } from '../ring-simulator/scenario.ts';
import { startRingSimulator } from '../ring-simulator/start.ts';
import type { RingKind } from './ring-of-folder.ts';
import { UsageError } from './usage-error.ts';

/** Where the nights come from. */
export interface Ring {
  readonly kind: RingKind;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** One line for the user. Never holds the key. */
  readonly description: string;
  stop(): Promise<void>;
}

/** Where the API is unless OURA_API_BASE_URL says otherwise. */
export const OURA = 'https://api.ouraring.com';

/** Oura, or whatever `OURA_API_BASE_URL` names, where `OURA_API_KEY` is set; else a simulated ring on loopback. */
export const openRing = async (
  options: { timeZone: string; clock: Clock; seed: number; ring: Scenario },
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ring> => {
  const apiKey = env['OURA_API_KEY'];
  const baseUrl = env['OURA_API_BASE_URL'];
  if (apiKey) {
    const url = baseUrl || OURA;
    return { kind: 'real', baseUrl: url, apiKey, description: `Ring      ${url}`, stop: async () => {} };
  }
  if (baseUrl) {
    throw new UsageError(
      'OURA_API_BASE_URL is set but OURA_API_KEY is not: set both, or neither for a simulated ring.',
    );
  }
  const simulator = await startRingSimulator({
    timeZone: options.timeZone,
    clock: options.clock,
    seed: options.seed,
    scenario: options.ring,
  });
  return {
    kind: 'simulated',
    baseUrl: simulator.url,
    apiKey: 'simulated',
    description: `Ring      simulated (${options.ring}, seed ${options.seed}) at ${simulator.url}: no OURA_API_KEY is set`,
    stop: () => simulator.stop(),
  };
};
