import { EARLY_REFRESH_MS, OLD_TOKEN_CACHE_MS, TOKEN_CACHE_MS } from '../pace/limits.ts';
import type { Connection } from './oauth-grant.ts';

/** One search for a valid access token. */
export interface Look {
  /** Milliseconds left for this invocation. */
  readonly timeLeft: () => number;
  /** The access token that Oura has just rejected: it counts as expired. */
  readonly rejected: string | undefined;
}

/** An access token, and until when (epoch ms) it may be used without another search. */
export interface LiveToken {
  readonly token: string;
  readonly until: number;
  /** The scopes of its grant; absent for a personal token, whose scopes are not known. */
  readonly scopes?: readonly string[];
}

/**
 * Returns when (epoch ms) to refresh a connection: a tenth of the access token's lifetime before it expires, at most an hour. Oura's
 * are valid for 24 hours. An hour is four times Lambda's longest invocation, so no token expires during one.
 */
export const refreshAt = ({ expires_at, refreshed_at, connected_at }: Connection): number => {
  const end = Date.parse(expires_at);
  const lifetime = end - Date.parse(refreshed_at ?? connected_at);
  return end - Math.min(EARLY_REFRESH_MS, Math.max(0, lifetime / 10));
};

/** Returns the access token of a connection whose refresh is not due. */
export const liveToken = (connection: Connection, now: number): LiveToken => ({
  token: connection.access_token,
  until: Math.min(refreshAt(connection), now + TOKEN_CACHE_MS),
  scopes: connection.scopes,
});

/** Returns the access token of a connection whose refresh is due. Undefined if it has expired or Oura has rejected it. */
export const oldToken = (connection: Connection, { rejected }: Look, now: number): LiveToken | undefined => {
  const end = Date.parse(connection.expires_at);
  const { access_token: token, scopes } = connection;
  return now < end && token !== rejected
    ? { token, until: Math.min(end, now + OLD_TOKEN_CACHE_MS), scopes }
    : undefined;
};
