import { once } from 'node:events';
import type { Portal } from '../../services/ring-simulator/oauth/applications.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { type Ended, startCommand } from './command.ts';
import { type Decision, decideAtOura, freePort } from './consent.ts';
import { forEachTest } from './for-each-test.ts';

/** A simulated Oura with a registered application and a user who connects in a browser. */
export interface ConnectedRing extends AsyncDisposable {
  readonly ring: RingSimulator;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  /** The environment that points a command at this Oura, without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `connect` with `args` and decides in the browser. Calls `during` while the command waits for the browser. */
  connect(
    args: readonly string[],
    decision?: Decision,
    more?: { env?: Record<string, string>; during?: () => void },
  ): Promise<Ended>;
  /** A file for `--import` with a newly issued pair. */
  grant(change?: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

const PATHS = {
  cloud: ['/oauth/authorize', '/oauth/token'],
  developer: ['/oauth/v2/ext/oauth-authorize', '/oauth/v2/ext/oauth-token'],
} as const;

const startConnectedRing = async (portal: Portal = 'developer'): Promise<ConnectedRing> => {
  const port = await freePort();
  const clientId = 'an-application';
  const clientSecret = 'plantedsecret_0f2c6a9d41';
  const ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: systemClock,
    oauth: {
      applications: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: [`http://localhost:${port}/callback`],
          portal,
        },
      ],
    },
  });
  const tokenUrl = ring.url + PATHS[portal][1];
  const env = { OURA_API_BASE_URL: ring.url };
  return {
    ring,
    clientId,
    clientSecret,
    tokenUrl,
    env,
    connect: async (args, decision, { env: more = {}, during = () => {} } = {}) => {
      const running = startCommand(['connect', '--no-open', '--port', String(port), ...args], {
        ...env,
        OURA_AUTHORIZE_URL: ring.url + PATHS[portal][0],
        OURA_TOKEN_URL: tokenUrl,
        OURA_CLIENT_ID: clientId,
        OURA_CLIENT_SECRET: clientSecret,
        ...more,
      });
      let shown = '';
      const { stdout } = running.process;
      const address = /(http:\/\/\S+code_challenge_method=S256)\s/;
      const asked = (async () => {
        while (stdout && !address.test(shown)) {
          const [chunk] = await once(stdout, 'data');
          shown += chunk;
        }
      })();
      await Promise.race([asked, running.ended]);
      const url = address.exec(shown)?.[1];
      if (url !== undefined) {
        during();
        await fetch(await decideAtOura(url, decision));
      }
      return running.ended;
    },
    grant: (change = {}) => {
      const { access_token, refresh_token, expires_in } = ring.oauth.issue(clientId);
      return {
        client_id: clientId,
        client_secret: clientSecret,
        access_token,
        refresh_token,
        expires_at: Math.floor(Date.now() / 1000) + expires_in,
        token_url: tokenUrl,
        ...change,
      };
    },
    [Symbol.asyncDispose]: () => ring.stop(),
  };
};

/** Opens a simulated Oura with a user for each test. */
export const freshConnectedRing = (): ConnectedRing =>
  forEachTest(startConnectedRing, (oura) => oura[Symbol.asyncDispose]());
