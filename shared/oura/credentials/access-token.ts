import { findToken } from './find-token.ts';
import type { RefreshParts } from './refresh-grant.ts';
import type { LiveToken } from './token-lifetime.ts';

/** Where Oura's bearer token comes from: one for the life of a process, asked by every invocation. */
export interface AccessToken {
  /** The token to send now. Throws as {@link findToken} does. */
  get(timeLeft: () => number): Promise<string>;
  /**
   * Oura rejected the token: looks for another one, which may take a refresh before its time, once. Resolves with
   * whether there is one. Throws as {@link findToken} does.
   */
  renew(timeLeft: () => number): Promise<boolean>;
}

/** The token of a {@link CredentialStore}, looked for when first needed, and again when it is time. */
export const createAccessToken = (parts: RefreshParts): AccessToken => {
  let last: LiveToken | undefined;
  let looking: Promise<LiveToken> | undefined;
  // The four parallel requests of a window share one look. A failure is not kept.
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
  };
};
