import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import * as oauth from 'oauth4webapi';
import { readBody } from '../../../shared/oura/api/read-body.ts';
import {
  readTokenAnswer,
  type TokenAnswer,
} from '../../../shared/oura/credentials/exchange-refresh-token.ts';
import { LARGEST_TOKEN_ANSWER_BYTES } from '../../../shared/oura/pace/limits.ts';
import { ConnectFailed } from './connect-failed.ts';
import { type ConnectPortal, otherPortal } from './portal.ts';

const EXCHANGE_TIMEOUT_MS = 30_000;

/** The user's application in Oura's portal. */
export interface Application {
  readonly client_id: string;
  readonly client_secret: string;
}

/** A started authorization. */
export interface Authorization {
  /** The page on which the user grants access. */
  readonly url: string;
  readonly state: string;
  /** PKCE, RFC 7636. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

export interface Tokens extends TokenAnswer {
  readonly refresh_token: string;
}

/** Starts an authorization with a new state and PKCE challenge. */
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

/** Returns an error code of RFC 6749. Any other text of the server is not repeated. */
const codeIn = (text: string | null): string =>
  /^[a-z_]{1,40}$/.test(text ?? '') ? String(text) : 'no reason given';

/** Rejects a callback that contains an error instead of a code. */
const checkAllowed = (callback: URLSearchParams): void => {
  const error = callback.get('error');
  if (error === null) return;
  throw new ConnectFailed(
    error === 'access_denied'
      ? 'Not connected: access was denied in the browser. Run npm run connect again to allow it.'
      : `Oura rejected the authorization (${codeIn(error)}): compare the application with the values above, then run npm run connect again.`,
  );
};

const RETRY = 'run npm run connect again';
const NOT_OAUTH = `The token URL did not return a valid OAuth2 response: ${RETRY}.`;

/** Explains a failed exchange in one sentence. It drops the library's error, which contains the request and the response. */
const explainExchange = (error: unknown, portal: ConnectPortal): ConnectFailed => {
  const status =
    error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError
      ? error.status
      : undefined;
  const code = error instanceof oauth.ResponseBodyError ? `, ${codeIn(error.error)}` : '';
  if (status === 401)
    return new ConnectFailed(
      `The token URL of the portal ${portal.name} rejects this application or its secret (401${code}): ${RETRY}, ` +
        `with --portal ${otherPortal(portal.name)} if you created the application there.`,
    );
  if (status !== undefined)
    return new ConnectFailed(`The token URL rejected the exchange (${status}${code}): ${RETRY}.`);
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
    return new ConnectFailed(NOT_OAUTH);
  return new ConnectFailed(`The token URL did not respond: ${RETRY}.`);
};

/**
 * Fetches a response whose body the library can read at once: at most {@link LARGEST_TOKEN_ANSWER_BYTES} after decompression.
 * A larger body is cut off and replaced by an empty one, which is no valid response.
 */
const fetchBounded = async (
  url: string,
  options: oauth.CustomFetchOptions<'POST', URLSearchParams>,
): Promise<Response> => {
  const { body, status, headers } = await fetch(url, options);
  const signal = options.signal ?? AbortSignal.timeout(EXCHANGE_TIMEOUT_MS);
  const text =
    body && (await readBody(Readable.fromWeb(body as ReadableStream), LARGEST_TOKEN_ANSWER_BYTES, signal));
  // Some statuses must have no body, not even an empty one.
  return new Response(text || null, { status, headers });
};

/**
 * Exchanges the callback's code for tokens, once and only at this portal, because the code is single-use. Throws
 * {@link ConnectFailed}.
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
  // The issuers of the portals are not documented. The state already ties the response to this authorization.
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
        [oauth.customFetch]: fetchBounded,
        signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
      },
    );
    // The library distinguishes the errors. The tokens are parsed like those of a refresh.
    if (response.status !== 200) await oauth.processAuthorizationCodeResponse(server, client, response);
    const tokens = readTokenAnswer(await response.text());
    if (tokens === undefined) throw new ConnectFailed(NOT_OAUTH);
    const { refresh_token } = tokens;
    if (refresh_token === undefined)
      throw new ConnectFailed(
        'Not connected: Oura sent no refresh token, so the connection would end in a day.',
      );
    return { ...tokens, refresh_token };
  } catch (error: unknown) {
    throw error instanceof ConnectFailed ? error : explainExchange(error, portal);
  }
};
