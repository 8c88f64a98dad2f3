import type { Socket } from 'node:net';
import axios, { type AxiosResponse } from 'axios';
import { iso } from '../../core/clock.ts';
import { ONE_HOP, USER_AGENT } from '../api/http.ts';
import { isObject, isWebPage, jsonOf } from '../api/interpret-response.ts';
import { readBody, readExplanation } from '../api/read-body.ts';
import {
  ASSUMED_LIFETIME_S,
  attemptTimeout,
  connectTimeout,
  EXCHANGE,
  LARGEST_TOKEN_ANSWER_BYTES,
} from '../pace/limits.ts';
import { waitAfter } from '../pace/waits.ts';
import { connectTo, transportOver } from './connect-to.ts';
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
  /** Nothing was sent, or the server did not process the request: the pair is still valid. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly waitMs: number }
  /** A failure of the server, or another answer in its place. Whether the server has spent the pair is unknown. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** The request was sent, and no readable response came. The pair may be spent. */
  | { readonly outcome: 'unanswered'; readonly reason: string };

/** Returns the system's code of an error, e.g. `ENOTFOUND`. */
const codeOf = (error: unknown): string => {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'AbortError' || name === 'CanceledError' ? 'timeout' : String(code ?? name);
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

/** Interprets the response to a refresh at `now`. Its status and headers decide; only a 200 needs its body. */
const interpret = async (
  { status, headers, data }: AxiosResponse,
  connection: Connection,
  deadline: AbortSignal,
  now: number,
): Promise<Exchange> => {
  // An OAuth2 server answers in JSON (RFC 6749 §5). A captive portal or a proxy has answered in its place.
  const notOAuth: Exchange = {
    outcome: 'failed',
    reason: `it answers ${status}, but not as an OAuth2 server`,
  };
  if (status === 400 || status === 401) {
    if (isWebPage(headers)) return notOAuth;
    const answer = jsonOf(await readExplanation(data, deadline));
    const isGrant = isObject(answer) && answer['error'] === 'invalid_grant';
    return { outcome: 'rejected', reason: `Oura rejected the refresh token (${status})`, isGrant };
  }
  if (status === 200) {
    const body = await readBody(data, LARGEST_TOKEN_ANSWER_BYTES, deadline).catch(() => undefined);
    const answer = readTokenAnswer(body ?? '');
    if (!answer && body !== undefined && !body.trimStart().startsWith('{')) return notOAuth;
    if (!answer) return { outcome: 'unanswered', reason: 'the response has no access token' };
    return {
      outcome: 'refreshed',
      connection: {
        ...connection,
        access_token: answer.access_token,
        refresh_token: answer.refresh_token ?? connection.refresh_token,
        expires_at: iso(now + (answer.expires_in ?? ASSUMED_LIFETIME_S) * 1000),
        scopes: [...(answer.scopes ?? connection.scopes)],
        refreshed_at: iso(now),
      },
    };
  }
  const reason = `it answers ${status}`;
  // An overloaded server sends 503 before it processes a request. Any other 5xx may come after that.
  if (status >= 500 && status !== 503) return { outcome: 'failed', reason };
  return { outcome: 'refused', reason, waitMs: waitAfter(status, headers, now) };
};

/** Sends the refresh token of `connection` to `url` over `socket`. */
const post = (
  { client_id, client_secret, refresh_token }: Connection,
  url: string,
  socket: Socket,
  signal: AbortSignal,
): Promise<AxiosResponse> =>
  axios.post(
    url,
    new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id, client_secret }),
    {
      ...ONE_HOP,
      // The socket leads to the server already.
      proxy: false,
      headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
      transport: transportOver(socket),
      signal,
    },
  );

const notSent = (reason: string): Exchange => ({ outcome: 'refused', reason, waitMs: 0 });
const NO_TIME = notSent('no time is left');

/** Connects to `url`, and only then sends the refresh token of `connection`, once. Undefined if `spend` forbids it. */
const ask = async (
  connection: Connection,
  url: string,
  timeoutMs: number,
  now: number,
  spend: () => Promise<boolean>,
): Promise<Exchange | undefined> => {
  const deadline = AbortSignal.timeout(timeoutMs);
  let socket: Socket;
  try {
    socket = await connectTo(new URL(url), connectTimeout(timeoutMs));
  } catch (error: unknown) {
    return notSent(`it cannot be reached (${codeOf(error)})`);
  }
  try {
    if (!(await spend())) return undefined;
    if (socket.destroyed || deadline.aborted) return notSent('it closed the connection');
    return await post(connection, url, socket, deadline).then(
      (response) => interpret(response, connection, deadline, now),
      // The error itself is not kept or logged, because it holds the request.
      (error: unknown) => ({ outcome: 'unanswered', reason: `no answer came (${codeOf(error)})` }),
    );
  } finally {
    socket.destroy();
  }
};

/**
 * Exchanges the refresh token of `connection` for the next pair. If the token URL rejects it and there is another one,
 * sends it there once. If that one accepts it, the two swap places. If that one is unavailable, the first response
 * counts if it concerns the token: otherwise an ended grant would be retried until the other portal is available.
 * @param now when the request is sent (epoch ms): the lifetime of the new access token starts then
 * @param spend called when a connection is made, before the refresh token is sent over it; if it returns false, nothing is
 *   sent, and the result is undefined
 */
export const exchangeRefreshToken = async (
  connection: Connection,
  timeLeft: () => number,
  now: number,
  spend: () => Promise<boolean>,
): Promise<Exchange | undefined> => {
  const bounded = async (url: string): Promise<Exchange | undefined> => {
    const timeout = attemptTimeout(timeLeft(), EXCHANGE);
    return timeout === undefined ? NO_TIME : ask(connection, url, timeout, now, spend);
  };
  const { token_url, fallback_token_url } = connection;
  const first = await bounded(token_url);
  if (first?.outcome !== 'rejected' || fallback_token_url === null) return first;
  const second = await bounded(fallback_token_url);
  if (second?.outcome !== 'refreshed') {
    const isAway = second !== NO_TIME && (second?.outcome === 'refused' || second?.outcome === 'failed');
    return isAway && first.isGrant ? first : second;
  }
  const swapped = { token_url: fallback_token_url, fallback_token_url: token_url };
  return { outcome: 'refreshed', connection: { ...second.connection, ...swapped } };
};
