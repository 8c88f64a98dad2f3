import { iso, systemClock } from '../../../shared/core/clock.ts';
import { AppError } from '../../../shared/core/errors.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { type PortalName, REQUESTED_SCOPES, readScopes } from '../../../shared/oura/credentials/portals.ts';
import { ASSUMED_LIFETIME_S } from '../../../shared/oura/pace/limits.ts';
import { askLine, type Terminal } from '../ask-line.ts';
import { namingPortOption } from '../naming-port-option.ts';
import { print } from '../print/write.ts';
import { askApplication } from './ask-application.ts';
import { beginAuthorization, exchangeCode, type Tokens } from './authorization.ts';
import { type CallbackServer, redirectUriAt, startCallbackServer } from './callback-server.ts';
import { ConnectFailed } from './connect-failed.ts';
import { checkScopes, conclude, refusedBecause } from './outcome.ts';
import { connectPortal, fallbackTokenUrl, portalOfTokenUrl } from './portal.ts';
import { prove } from './prove.ts';
import type { ConnectTarget } from './target.ts';

export interface ConnectOptions {
  /** Undefined: the portal of the stored connection, else the new portal. */
  readonly portal: PortalName | undefined;
  readonly port: number;
  readonly waitSeconds: number;
  /** Whether to open the browser. */
  readonly open: boolean;
  readonly aws: boolean;
}

/** The suggested name in Oura's portal. Any name works. */
const APPLICATION_NAME = 'GainsIQ sleep sync';

/** The granted scopes without prefix: of the token response, else of the callback, else the requested ones (RFC 6749 §5.1). */
const grantedScopes = (tokens: Tokens, callback: URLSearchParams): string[] => {
  if (tokens.scopes) return [...tokens.scopes];
  const scope = callback.get('scope');
  return scope === null ? [...REQUESTED_SCOPES] : (readScopes(scope) ?? []);
};

const openBrowser = async (url: string): Promise<void> => {
  try {
    const { default: open } = await import('open');
    (await open(url)).once('error', () => {});
  } catch {
    // Without a browser, the user opens the printed address.
  }
};

/** Waits for the browser, or for its address: on another machine, its last page cannot be reached, but has the code. */
const answerOrPasted = async (
  server: CallbackServer,
  answer: Promise<URLSearchParams>,
  redirectUri: string,
  terminal: Terminal,
): Promise<URLSearchParams> => {
  const answered = new AbortController();
  let isPasted = false;
  const pasted = async (): Promise<URLSearchParams> => {
    for (;;) {
      const address = await askLine(
        'If that browser is on another machine, paste the address of its last page here: ',
        terminal,
        { signal: answered.signal, stopped: (how) => new ConnectFailed(`Not connected: ${how}.`) },
      );
      isPasted = server.accept(address);
      if (isPasted) return answer;
      terminal.output.write(
        `That is not the expected address: it begins with ${redirectUri}, contains code= and state=, and belongs to this attempt.\n`,
      );
    }
  };
  try {
    return await Promise.race([answer, pasted()]);
  } finally {
    answered.abort();
    // Ends the line of the question.
    if (!isPasted) terminal.output.write('\n');
  }
};

/**
 * Guides the user through the portal and the browser, stores the connection, and tests it with Oura. Throws a ConnectFailed or
 * a UsageError.
 */
export const connectGuided = async (
  target: ConnectTarget,
  options: ConnectOptions,
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<void> => {
  const { store } = target;
  const held = await store.read();
  // An unusable or unreadable connection is replaced.
  const stored = held.kind === 'connection' ? held.connection : undefined;
  const portal = connectPortal(
    options.portal ?? (stored && portalOfTokenUrl(stored.token_url)) ?? 'developer',
    env,
  );
  const redirectUri = redirectUriAt(options.port);
  const server = await namingPortOption({ '--port': options.port }, () => startCallbackServer(options.port));
  try {
    print(`In ${portal.applications}, create an application or open your own, with exactly these values:

  Application name  ${APPLICATION_NAME}
  Redirect URI      ${redirectUri}
  Scopes            ${REQUESTED_SCOPES.join(', ')}
`);
    const application = await askApplication(env, stored, terminal);
    const authorization = await beginAuthorization(portal, application.client_id, redirectUri);
    const answer = server.answer(authorization.state, options.waitSeconds);
    print(
      `Allow access in the browser within ${options.waitSeconds} s (Ctrl-C stops):\n\n  ${authorization.url}\n`,
    );
    // Not awaited: the response may arrive, or time out, before the browser has started.
    if (options.open) void openBrowser(authorization.url);
    const callback = await (terminal.input.isTTY
      ? answerOrPasted(server, answer, redirectUri, terminal)
      : answer);
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
      refusedBecause('The connection is stored, but Oura rejects it'),
    );
    await conclude(target, { connection, proof, before: stored }, { env, aws: options.aws });
    await server.show(
      `${proof.verdict === 'accepted' ? 'Connected.' : 'The connection is stored. Oura is unavailable now: the first run tests it.'} You can close this window.`,
    );
  } catch (error: unknown) {
    await server.show(
      `${error instanceof AppError ? error.message : 'Not connected: an unexpected error.'} Go back to the terminal.`,
    );
    throw error;
  } finally {
    await server.stop();
  }
};
