import { EARLY_REFRESH_MS, OLD_TOKEN_CACHE_MS, TOKEN_CACHE_MS } from '../pace/limits.ts';
import type { Connection } from './oauth-grant.ts';

/** One look for an access token that lives. */
export interface Look {
  /** Milliseconds left for this invocation. */
  readonly timeLeft: () => number;
  /** The access token that Oura has just rejected: it counts as ended, whatever its expiry says. */
  readonly rejected: string | undefined;
}

/** An access token, and until when (epoch ms) it may be used without another look. */
export interface LiveToken {
  readonly token: string;
  readonly until: number;
}

/**
 * When (epoch ms) a connection is refreshed: a tenth of the access token's lifetime before its end, an hour at most. Oura's
 * live 24 hours: an hour is four times the longest that Lambda lets an invocation last, so none sees its token end.
 */
export const refreshAt = ({ expires_at, refreshed_at, connected_at }: Connection): number => {
  const end = Date.parse(expires_at);
  const lifetime = end - Date.parse(refreshed_at ?? connected_at);
  return end - Math.min(EARLY_REFRESH_MS, Math.max(0, lifetime / 10));
};

/** The access token of a connection that need not be refreshed yet. */
export const liveToken = (connection: Connection, now: number): LiveToken => ({
  token: connection.access_token,
  until: Math.min(refreshAt(connection), now + TOKEN_CACHE_MS),
});

/** The access token of a connection that ought to be refreshed; undefined where it has ended or Oura has rejected it. */
export const oldToken = (connection: Connection, { rejected }: Look, now: number): LiveToken | undefined => {
  const end = Date.parse(connection.expires_at);
  const { access_token: token } = connection;
  return now < end && token !== rejected
    ? { token, until: Math.min(end, now + OLD_TOKEN_CACHE_MS) }
    : undefined;
};
