import { randomBytes } from 'node:crypto';
import { SettingsInvalid } from '../../../cdk/settings.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import type { Application } from '../../../shared/oura/webhooks/subscriptions.ts';
import type { Scenario } from '../../ring-simulator/sleeper/scenario.ts';
import { startRingSimulator } from '../../ring-simulator/start.ts';
import { DEFAULT_SCENARIO, DEFAULT_SEED } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';
import { storedInFolder } from './folder-credentials.ts';
import type { RingKind } from './ring-of-folder.ts';
import { localSettings } from './settings.ts';
import { createSimulatedPhone, type SimulatedPhone } from './simulated-phone.ts';
import { createSimulatedTraining, type SimulatedTraining } from './simulated-training.ts';

/** The source of the nights. */
export interface Ring {
  readonly kind: RingKind;
  readonly baseUrl: string;
  /** A personal access token; undefined if the data folder holds a connection. */
  readonly apiKey: string | undefined;
  /** One line for the user. Never holds a secret. */
  readonly description: string;
  /** The application that webhooks can be subscribed for; undefined with a personal access token. */
  readonly application: Application | undefined;
  /** Absent with a real ring. */
  readonly training?: SimulatedTraining;
  /** Absent with a real ring. */
  readonly phone?: SimulatedPhone;
  stop(): Promise<void>;
}

const SIMULATED_KEY = 'simulated';
const OURA = 'https://api.ouraring.com';

/** The base URL of Oura's API. Throws a UsageError if a token must not be sent to OURA_API_BASE_URL. */
export const ouraBaseUrl = (env: NodeJS.ProcessEnv): string => {
  const given = env['OURA_API_BASE_URL'];
  if (!given) return OURA;
  try {
    return localSettings({ ouraApiBaseUrl: given }).ouraApiBaseUrl;
  } catch (error: unknown) {
    if (!(error instanceof SettingsInvalid) || error.setting !== 'ouraApiBaseUrl') throw error;
    throw new UsageError(`${error.message.replace('The setting ouraApiBaseUrl', 'OURA_API_BASE_URL')}.`);
  }
};

/** The token in OURA_API_KEY; undefined if not set. Throws a UsageError without the value if it is not a token. */
export const ouraApiKey = (env: NodeJS.ProcessEnv): string | undefined => {
  // A pasted token often ends in a newline.
  const token = env['OURA_API_KEY']?.trim();
  if (!token || isOneWord(token)) return token || undefined;
  throw new UsageError(
    'OURA_API_KEY is not a token: it contains spaces or other characters that a token cannot have.',
  );
};

/** Options of a simulated ring; undefined if not given. */
interface Simulated {
  readonly seed?: number;
  readonly ring?: Scenario;
}

/** Rejects options that have no effect on a real ring. @param why the reason that it is real, and what to do */
const refuseSimulated = ({ seed, ring }: Simulated, why: string): void => {
  const given = Object.entries({ ring, seed }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const options = given.map(([name]) => `--${name}`).join(' and ');
  throw new UsageError(`${options} ${given.length === 1 ? 'needs' : 'need'} a simulated ring, but ${why}.`);
};

/**
 * Opens Oura (or `OURA_API_BASE_URL`) with `OURA_API_KEY`, else with the connection in the data folder. Without both, it starts
 * a simulated ring on loopback. Throws a UsageError for an incomplete configuration, an unusable connection or token, and for
 * a `seed` or `ring` with a real ring.
 */
export const openRing = async (
  options: Simulated & { readonly dataDir: string; readonly timeZone: string; readonly clock: Clock },
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ring> => {
  const apiKey = ouraApiKey(env);
  const baseUrl = ouraBaseUrl(env);
  const real = (how: string, application?: Application): Ring => ({
    kind: 'real',
    baseUrl,
    apiKey,
    application,
    description: `Ring      ${baseUrl}, ${how}`,
    stop: async () => {},
  });
  if (apiKey) {
    refuseSimulated(options, 'OURA_API_KEY is set: unset it');
    return real('with OURA_API_KEY');
  }
  const stored = storedInFolder(options.dataDir);
  if (stored.kind === 'connection') {
    refuseSimulated(
      options,
      `${options.dataDir} is connected to Oura: choose another folder with --data-dir`,
    );
    const { client_id, client_secret, scopes } = stored.connection;
    return real(`connected (scopes ${scopes.join(', ')})`, { client_id, client_secret });
  }
  if (stored.kind === 'unusable') {
    throw new UsageError(
      `${options.dataDir}/credentials.json ${stored.reason}: run ${suggest('connect', options)} to replace it.`,
    );
  }
  if (env['OURA_API_BASE_URL']) {
    throw new UsageError(
      `OURA_API_BASE_URL is set, but there is neither a connection nor OURA_API_KEY: run ${suggest('connect', options)} first, or unset it to simulate a ring.`,
    );
  }
  const { seed = DEFAULT_SEED, ring: scenario = DEFAULT_SCENARIO } = options;
  const training = createSimulatedTraining({ ...options, seed });
  const application = { client_id: 'simulated', client_secret: randomBytes(16).toString('hex') };
  const simulator = await startRingSimulator({
    timeZone: options.timeZone,
    clock: options.clock,
    seed,
    scenario,
    apiKey: SIMULATED_KEY,
    oauth: { applications: [{ ...application, redirect_uris: [], portal: 'developer' }] },
    onCall: training.called,
  });
  return {
    kind: 'simulated',
    baseUrl: simulator.url,
    apiKey: SIMULATED_KEY,
    application,
    description: `Ring      simulated (${scenario}, seed ${seed}) at ${simulator.url}: no ring is connected`,
    training,
    phone: createSimulatedPhone(simulator, options),
    stop: () => simulator.stop(),
  };
};
