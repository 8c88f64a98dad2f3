import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { type Clock, iso } from '../../shared/core/clock.ts';
import type { Connection } from '../../shared/oura/credentials/oauth-grant.ts';

/** The application that tests connect with: an `applications` entry of the simulator. */
export const APPLICATION = {
  client_id: 'an-application',
  client_secret: 'planted-client-secret',
  redirect_uris: ['http://localhost:8765/callback'],
  portal: 'cloud',
} as const;

/** The simulator's token URLs. */
export const tokenUrls = ({ url }: { url: string }) => ({
  cloud: `${url}/oauth/token`,
  developer: `${url}/oauth/v2/ext/oauth-token`,
});

/** Creates a connection like `npm run connect`, with a newly issued pair. */
export const newConnection = (
  ring: RingSimulator,
  clock: Clock,
  changes: Partial<Connection> = {},
): Connection => {
  const { access_token, refresh_token, expires_in } = ring.oauth.issue(APPLICATION.client_id);
  return {
    client_id: APPLICATION.client_id,
    client_secret: APPLICATION.client_secret,
    access_token,
    refresh_token,
    expires_at: iso(clock.now() + expires_in * 1000),
    token_url: tokenUrls(ring).cloud,
    fallback_token_url: null,
    scopes: ['daily', 'spo2'],
    connected_at: iso(clock.now()),
    refreshed_at: null,
    ...changes,
  };
};

/** Stores a new connection in `dataDir` and returns it. */
export const connect = (
  dataDir: string,
  ring: RingSimulator,
  clock: Clock,
  changes: Partial<Connection> = {},
): Connection => {
  const connection = newConnection(ring, clock, changes);
  credentialsFile(dataDir).write(JSON.stringify(connection));
  return connection;
};
