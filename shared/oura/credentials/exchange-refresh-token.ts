import { allowInsecureRequests, ClientSecretPost, refreshTokenGrantRequest } from 'oauth4webapi';
import { iso } from '../../core/clock.ts';
import { USER_AGENT } from '../api/http.ts';
import { isObject, jsonOf } from '../api/interpret-response.ts';
import { ASSUMED_LIFETIME_S, attemptTimeout, EXCHANGE } from '../pace/limits.ts';
import { waitAfter } from '../pace/waits.ts';
import type { Connection } from './oauth-grant.ts';
import { isOneWord } from './one-word.ts';
import { readScopes } from './portals.ts';

/** The outcome of sending a refresh token. */
export type Exchange =
  /** The pair has been replaced by the one in `connection`. */
  | { readonly outcome: 'refreshed'; readonly connection: Connection }
  /**
   * 400 or 401 from every token URL: the pair is invalid. `isGrant`: because of the refresh token itself (RFC
   * 6749 §5.2 `invalid_grant`), and not because the token URL does not know the application.
   */
  | { readonly outcome: 'rejected'; readonly reason: string; readonly isGrant: boolean }
  /** The server did not process the request: the pair is still valid. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly waitMs: number }
  /** The server reported a failure. Whether it has spent the pair is unknown. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** No readable response came. The pair may be spent. */
  | { readonly outcome: 'unanswered'; readonly reason: string };

/** Errors of a connection that was never made: no byte of the request was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Returns the system's error code, which fetch keeps in the cause of its error. */
const codeOf = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : '';
};

/** The fields of a token response that we use. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string | undefined;
  /** Seconds; undefined if the response does not name it. */
  readonly expires_in: number | undefined;
  /** Bare names; undefined if the response does not name them. */
  readonly scopes: readonly string[] | undefined;
}

/**
 * Reads the body of a 200 of a token endpoint. Undefined if it holds no access token. oauth4webapi's own parser is not used,
 * because it rejects a response that deviates from RFC 6749: the pair in it is single-use and would be lost.
 */
export const readTokenAnswer = (body: string): TokenAnswer | undefined => {
  const answer = jsonOf(body);
  if (!isObject(answer)) return undefined;
  const token = (name: string) => {
    const value = answer[name];
    return typeof value === 'string' && isOneWord(value) ? value : undefined;
  };
  const access_token = token('access_token');
  if (access_token === undefined) return undefined;
  const seconds = Number(answer['expires_in']);
  return {
    access_token,
    refresh_token: token('refresh_token'),
    expires_in: seconds > 0 && Number.isFinite(seconds) ? seconds : undefined,
    scopes: readScopes(answer['scope']),
  };
};

/** Sends the refresh token of `connection` to `url`, once. No error of fetch is kept or logged, because it holds the request. */
const ask = async (
  connection: Connection,
  url: string,
  timeoutMs: number,
  now: number,
): Promise<Exchange> => {
  const { client_id, client_secret, refresh_token } = connection;
  let response: Response;
  let body: string;
  try {
    response = await refreshTokenGrantRequest(
      { issuer: new URL(url).origin, token_endpoint: url },
      { client_id },
      ClientSecretPost(client_secret),
      refresh_token,
      {
        // oauth-grant.ts accepts plain http only on loopback. No redirect is followed, and Node's fetch uses no proxy.
        [allowInsecureRequests]: new URL(url).protocol === 'http:',
        headers: { 'User-Agent': USER_AGENT },
        signal: AbortSignal.timeout(timeoutMs),
      },
    );
    body = await response.text();
  } catch (error: unknown) {
    const code = codeOf(error);
    if (NOT_SENT.has(code)) {
      return { outcome: 'refused', reason: `it cannot be reached (${code})`, waitMs: 0 };
    }
    return { outcome: 'unanswered', reason: `no answer came${code === '' ? '' : ` (${code})`}` };
  }
  const { status } = response;
  if (status === 400 || status === 401) {
    const answer = jsonOf(body);
    const isGrant = isObject(answer) && answer['error'] === 'invalid_grant';
    return { outcome: 'rejected', reason: `Oura rejected the refresh token (${status})`, isGrant };
  }
  if (status === 200) {
    const answer = readTokenAnswer(body);
    if (!answer) return { outcome: 'unanswered', reason: 'the response has no access token' };
    return {
      outcome: 'refreshed',
      connection: {
        ...connection,
        access_token: answer.access_token,
        refresh_token: answer.refresh_token ?? refresh_token,
        expires_at: iso(now + (answer.expires_in ?? ASSUMED_LIFETIME_S) * 1000),
        scopes: [...(answer.scopes ?? connection.scopes)],
        refreshed_at: iso(now),
      },
    };
  }
  const reason = `it answers ${status}`;
  // An overloaded server sends 503 before it processes a request. Any other 5xx may come after that.
  if (status >= 500 && status !== 503) return { outcome: 'failed', reason };
  const waitMs = waitAfter(status, Object.fromEntries(response.headers), now);
  return { outcome: 'refused', reason, waitMs };
};

const NO_TIME: Exchange = { outcome: 'refused', reason: 'no time is left', waitMs: 0 };

/**
 * Exchanges the refresh token of `connection` for the next pair. If the token URL rejects it and there is another one,
 * sends it there once. If that one accepts it, the two swap places. If that one is unavailable, the first response
 * counts if it concerns the token: otherwise an ended grant would be retried until the other portal is available.
 * @param now when the request is sent (epoch ms): the lifetime of the new access token starts then
 */
export const exchangeRefreshToken = async (
  connection: Connection,
  timeLeft: () => number,
  now: number,
): Promise<Exchange> => {
  const bounded = async (url: string): Promise<Exchange> => {
    const timeout = attemptTimeout(timeLeft(), EXCHANGE);
    return timeout === undefined ? NO_TIME : ask(connection, url, timeout, now);
  };
  const { token_url, fallback_token_url } = connection;
  const first = await bounded(token_url);
  if (first.outcome !== 'rejected' || fallback_token_url === null) return first;
  const second = await bounded(fallback_token_url);
  if (second.outcome !== 'refreshed') {
    const isAway = second !== NO_TIME && (second.outcome === 'refused' || second.outcome === 'failed');
    return isAway && first.isGrant ? first : second;
  }
  const swapped = { token_url: fallback_token_url, fallback_token_url: token_url };
  return { outcome: 'refreshed', connection: { ...second.connection, ...swapped } };
};
