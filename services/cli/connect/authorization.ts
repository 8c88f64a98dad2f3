import * as oauth from 'oauth4webapi';
import {
  readTokenAnswer,
  type TokenAnswer,
} from '../../../shared/oura/credentials/exchange-refresh-token.ts';
import { ConnectFailed } from './connect-failed.ts';
import { type ConnectPortal, otherPortal } from './portal.ts';

/** How long the token URL may take. */
const EXCHANGE_TIMEOUT_MS = 30_000;

/** An application of the user's, as Oura's portal shows it. */
export interface Application {
  readonly client_id: string;
  readonly client_secret: string;
}

/** One authorization under way. */
export interface Authorization {
  /** Where the user allows it. */
  readonly url: string;
  readonly state: string;
  /** What the callback's code is exchanged with: PKCE, RFC 7636. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** What Oura gave. */
export interface Tokens extends TokenAnswer {
  readonly refresh_token: string;
}

/** Begins an authorization with a state and a PKCE challenge of its own. */
export const beginAuthorization = async (
  portal: ConnectPortal,
  clientId: string,
  redirectUri: string,
): Promise<Authorization> => {
  const state = oauth.generateRandomState();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const url = new URL(portal.authorizeUrl);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: portal.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, codeVerifier, redirectUri };
};

/** An error code as of RFC 6749; anything else a server sends there is not repeated. */
const codeIn = (text: string | null): string =>
  /^[a-z_]{1,40}$/.test(text ?? '') ? String(text) : 'no reason given';

/** Refuses a callback that carries an error instead of a code. */
const checkAllowed = (callback: URLSearchParams): void => {
  const error = callback.get('error');
  if (error === null) return;
  throw new ConnectFailed(
    error === 'access_denied'
      ? 'Access was not allowed in the browser, so nothing was connected: run npm run connect again to allow it.'
      : `Oura refused the authorization (${codeIn(error)}): compare the application with the values above, then run npm run connect again.`,
  );
};

const USED_UP = 'the code is used up, run npm run connect again';
const NOT_OAUTH = `The token URL did not answer as OAuth2 promises: ${USED_UP}.`;

/** Why the exchange failed, in one sentence. The library's errors hold the request and the answer: nothing of them is kept. */
const explainExchange = (error: unknown, portal: ConnectPortal): ConnectFailed => {
  const status =
    error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError
      ? error.status
      : undefined;
  const code = error instanceof oauth.ResponseBodyError ? `, ${codeIn(error.error)}` : '';
  if (status === 401)
    return new ConnectFailed(
      `The token URL of the portal ${portal.name} does not know this application or its secret (401${code}): ${USED_UP}, ` +
        `with --portal ${otherPortal(portal.name)} where the application was made there.`,
    );
  if (status !== undefined)
    return new ConnectFailed(`The token URL refused the exchange (${status}${code}): ${USED_UP}.`);
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
    return new ConnectFailed(NOT_OAUTH);
  return new ConnectFailed(
    'The token URL did not answer; the code may be used up: run npm run connect again.',
  );
};

/**
 * Exchanges the callback's code for tokens, once and at this portal only: a second attempt, or the wrong URL, would find the
 * code burnt. Throws {@link ConnectFailed}.
 */
export const exchangeCode = async (
  portal: ConnectPortal,
  application: Application,
  { state, codeVerifier, redirectUri }: Authorization,
  callback: URLSearchParams,
): Promise<Tokens> => {
  checkAllowed(callback);
  const server = { issuer: new URL(portal.tokenUrl).origin, token_endpoint: portal.tokenUrl };
  const client = { client_id: application.client_id };
  const answer = new URLSearchParams(callback);
  // Which issuer the portals name is documented nowhere; the state already ties the answer to this one.
  answer.delete('iss');
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(application.client_secret),
      oauth.validateAuthResponse(server, client, answer, state),
      redirectUri,
      codeVerifier,
      {
        // Only a loopback address may be http (isTokenUrl).
        [oauth.allowInsecureRequests]: portal.tokenUrl.startsWith('http:'),
        signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
      },
    );
    // The library tells the errors apart; tokens are read as those of a refresh are.
    if (response.status !== 200) await oauth.processAuthorizationCodeResponse(server, client, response);
    const tokens = readTokenAnswer(await response.text());
    if (tokens === undefined) throw new ConnectFailed(NOT_OAUTH);
    const { refresh_token } = tokens;
    if (refresh_token === undefined)
      throw new ConnectFailed('Oura gave no refresh token, without which the connection would end in a day.');
    return { ...tokens, refresh_token };
  } catch (error: unknown) {
    throw error instanceof ConnectFailed ? error : explainExchange(error, portal);
  }
};
