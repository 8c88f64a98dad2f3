import { randomBytes } from 'node:crypto';
import type { Application } from './applications.ts';

const CODE_LIFETIME_MS = 10 * 60_000;

/** What a user has allowed an application: it lives through all the pairs of tokens that follow one another. */
interface Grant {
  readonly application: Application;
  readonly scopes: readonly string[];
  revoked: boolean;
}

/** An authorization code and what its exchange must match. */
interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  /** PKCE, S256; undefined where the client sent none. */
  readonly challenge: string | undefined;
  readonly expiresAt: number;
}

/** A pair of tokens as issued. */
export interface Pair {
  readonly access_token: string;
  /** Good for one refresh. */
  readonly refresh_token: string;
  readonly scopes: readonly string[];
}

// Each secret says what it is, so that a test which finds one knows what has leaked.
const secret = (kind: 'code' | 'access' | 'refresh'): string =>
  `sim${kind}_${randomBytes(20).toString('hex')}`;

/** The codes and tokens of one simulator. */
export const createGrants = (expiresInMs: number) => {
  const codes = new Map<string, Code>();
  const access = new Map<string, { grant: Grant; expiresAt: number }>();
  const refresh = new Map<string, { grant: Grant; used: boolean }>();
  const secrets: string[] = [];

  const make = (kind: Parameters<typeof secret>[0]): string => {
    const made = secret(kind);
    secrets.push(made);
    return made;
  };

  const pairFor = (grant: Grant, now: number): Pair => {
    const pair = { access_token: make('access'), refresh_token: make('refresh'), scopes: grant.scopes };
    access.set(pair.access_token, { grant, expiresAt: now + expiresInMs });
    refresh.set(pair.refresh_token, { grant, used: false });
    return pair;
  };

  return {
    /** Every code and token that was ever issued. */
    secrets: secrets as readonly string[],
    newCode: (
      given: {
        application: Application;
        scopes: readonly string[];
        redirectUri: string;
        challenge: string | undefined;
      },
      now: number,
    ): string => {
      const { application, scopes, redirectUri, challenge } = given;
      const code = make('code');
      const grant = { application, scopes, revoked: false };
      codes.set(code, { grant, redirectUri, challenge, expiresAt: now + CODE_LIFETIME_MS });
      return code;
    },
    /** The code, which is used up by looking at it; undefined where it is unknown, used or too old. */
    takeCode: (code: string, now: number): Code | undefined => {
      const found = codes.get(code);
      codes.delete(code);
      return found !== undefined && now < found.expiresAt ? found : undefined;
    },
    issue: (application: Application, scopes: readonly string[], now: number): Pair =>
      pairFor({ application, scopes, revoked: false }, now),
    pairFor,
    /** What a refresh token is good for; `used` where it was exchanged before. */
    refreshable: (token: string) => refresh.get(token),
    /** The scopes of a living access token; undefined for any other. */
    scopesOf: (token: string, now: number): readonly string[] | undefined => {
      const found = access.get(token);
      return found !== undefined && !found.grant.revoked && now < found.expiresAt
        ? found.grant.scopes
        : undefined;
    },
    /** Ends the grant that a token of either kind belongs to. */
    revoke: (token: string): void => {
      const grant = access.get(token)?.grant ?? refresh.get(token)?.grant;
      if (grant !== undefined) grant.revoked = true;
    },
    revokeAll: (): void => {
      for (const { grant } of refresh.values()) grant.revoked = true;
    },
    expireAccessTokens: (): void => {
      for (const token of access.values()) token.expiresAt = Number.NEGATIVE_INFINITY;
    },
  };
};

export type Grants = ReturnType<typeof createGrants>;
