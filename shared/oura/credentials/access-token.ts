import { findToken } from './find-token.ts';
import type { RefreshParts } from './refresh-grant.ts';
import type { LiveToken } from './token-lifetime.ts';

/** The source of Oura's bearer token. A process has one for all its invocations. */
export interface AccessToken {
  /** Returns the token to send now. Throws like {@link findToken}. */
  get(timeLeft: () => number): Promise<string>;
  /**
   * Finds another token after Oura has rejected this one. May refresh early, once. Returns whether
   * there is one. Throws like {@link findToken}.
   */
  renew(timeLeft: () => number): Promise<boolean>;
  /** The scopes of the grant of the last token; undefined if they are not known. */
  scopes(): readonly string[] | undefined;
  /** The scopes of the grant, without a request to Oura: those of the last token, or of the stored connection if it is due. */
  storedScopes(): Promise<readonly string[] | undefined>;
}

/** Reads the token of a {@link CredentialStore} when it is first needed, and again when it is due. */
export const createAccessToken = (parts: RefreshParts): AccessToken => {
  let last: LiveToken | undefined;
  let looking: Promise<LiveToken> | undefined;
  // The four parallel requests of a window share one read. A failure is not cached.
  const look = (timeLeft: () => number, rejected?: string): Promise<LiveToken> => {
    looking ??= findToken({ timeLeft, rejected }, parts)
      .then((found) => {
        last = found;
        return found;
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  return {
    get: async (timeLeft) =>
      last && parts.clock.now() < last.until ? last.token : (await look(timeLeft)).token,
    renew: async (timeLeft) => {
      const before = last?.token;
      return (await look(timeLeft, before)).token !== before;
    },
    scopes: () => last?.scopes,
    storedScopes: async () => {
      if (last && parts.clock.now() < last.until) return last.scopes;
      const stored = await parts.store.read();
      return stored.kind === 'connection' ? stored.connection.scopes : undefined;
    },
  };
};
