import { iso, systemClock } from '../../../shared/core/clock.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { type PortalName, REQUESTED_SCOPES, readScopes } from '../../../shared/oura/credentials/portals.ts';
import { ASSUMED_LIFETIME_S } from '../../../shared/oura/pace/limits.ts';
import { askApplication, type Terminal } from './ask-application.ts';
import { beginAuthorization, exchangeCode, type Tokens } from './authorization.ts';
import { redirectUriAt, startCallbackServer } from './callback-server.ts';
import { checkScopes, conclude, refusedBecause, say } from './outcome.ts';
import { connectPortal, fallbackTokenUrl, portalOfTokenUrl } from './portal.ts';
import { prove } from './prove.ts';
import type { ConnectTarget } from './target.ts';

export interface ConnectOptions {
  /** Undefined: the portal of the connection that is stored, else the new one. */
  readonly portal: PortalName | undefined;
  readonly port: number;
  readonly waitSeconds: number;
  /** Whether to open the browser. */
  readonly open: boolean;
}

/** What the application is called in Oura's portal: any name would do, this one says whose it is. */
const APPLICATION_NAME = 'GainsIQ sleep sync';

/** The granted scopes, bare: as the token URL told, else as the callback did, else what was asked for (RFC 6749 §5.1). */
const grantedScopes = (tokens: Tokens, callback: URLSearchParams): string[] => {
  if (tokens.scopes) return [...tokens.scopes];
  const told = callback.get('scope');
  return told === null ? [...REQUESTED_SCOPES] : (readScopes(told) ?? []);
};

const openBrowser = async (url: string): Promise<void> => {
  try {
    const { default: open } = await import('open');
    // Where there is no browser to start, the address that was printed is what is left.
    (await open(url)).once('error', () => {});
  } catch {
    // As above.
  }
};

/** Guides through the portal, the browser and the callback, stores what Oura gave, and asks Oura once. Throws a ConnectFailed or a UsageError. */
export const connectGuided = async (
  target: ConnectTarget,
  options: ConnectOptions & { readonly aws: boolean },
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<void> => {
  const { store } = target;
  const held = await store.read();
  // What cannot be used or read is what connecting mends.
  const stored = held.kind === 'connection' ? held.connection : undefined;
  const portal = connectPortal(
    options.portal ?? (stored && portalOfTokenUrl(stored.token_url)) ?? 'developer',
    env,
  );
  const redirectUri = redirectUriAt(options.port);
  const server = await startCallbackServer(options.port);
  try {
    say(`In ${portal.applications}, make an application, or open the one that you have, with exactly:

  Application name  ${APPLICATION_NAME}
  Redirect URI      ${redirectUri}
  Scopes            ${REQUESTED_SCOPES.join(', ')}
`);
    const application = await askApplication(env, stored, terminal);
    const authorization = await beginAuthorization(portal, application.client_id, redirectUri);
    const answer = server.answer(authorization.state, options.waitSeconds);
    say(`Allow it in the browser (${options.waitSeconds} s; Ctrl-C stops):\n\n  ${authorization.url}\n`);
    // Not waited for: the answer may come, or be given up, before the browser has been started.
    if (options.open) void openBrowser(authorization.url);
    const callback = await answer;
    const tokens = await exchangeCode(portal, application, authorization, callback);
    const scopes = grantedScopes(tokens, callback);
    checkScopes(scopes);
    const now = systemClock.now();
    const connection: Connection = {
      client_id: application.client_id,
      client_secret: application.client_secret,
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token,
      expires_at: iso(now + (tokens.expires_in ?? ASSUMED_LIFETIME_S) * 1000),
      token_url: portal.tokenUrl,
      fallback_token_url: fallbackTokenUrl(portal.tokenUrl),
      scopes,
      connected_at: iso(now),
      refreshed_at: null,
    };
    await store.write(connection);
    const proof = await prove(target.baseUrl, connection.access_token, target.today).catch(
      refusedBecause('The connection is stored, but Oura does not let it in'),
    );
    conclude(target, { connection, proof }, { env, aws: options.aws });
  } finally {
    await server.stop();
  }
};
