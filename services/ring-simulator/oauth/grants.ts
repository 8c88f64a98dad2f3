import { randomBytes } from 'node:crypto';
import type { Application } from './applications.ts';

const CODE_LIFETIME_MS = 10 * 60_000;

/** The user's consent to an application. All pairs of tokens that refresh one another share it. */
interface Grant {
  readonly application: Application;
  readonly scopes: readonly string[];
  revoked: boolean;
}

/** An authorization code and what its exchange must match. */
interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  /** PKCE challenge (S256); `undefined` if the client sent none. */
  readonly challenge: string | undefined;
  readonly expiresAt: number;
}

/** An issued pair of tokens. */
export interface Pair {
  readonly access_token: string;
  /** Single-use. */
  readonly refresh_token: string;
  readonly scopes: readonly string[];
}

// The prefix says what kind of secret it is. A test that finds one then knows what leaked.
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
    /** Every code and token issued so far. */
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
    /** Returns the code and invalidates it; `undefined` if it is unknown, used or expired. */
    takeCode: (code: string, now: number): Code | undefined => {
      const found = codes.get(code);
      codes.delete(code);
      return found !== undefined && now < found.expiresAt ? found : undefined;
    },
    issue: (application: Application, scopes: readonly string[], now: number): Pair =>
      pairFor({ application, scopes, revoked: false }, now),
    pairFor,
    /** Returns the grant of a refresh token, and whether the token was used before. */
    refreshable: (token: string) => refresh.get(token),
    /** Returns the scopes of a valid access token; `undefined` for any other. */
    scopesOf: (token: string, now: number): readonly string[] | undefined => {
      const found = access.get(token);
      return found !== undefined && !found.grant.revoked && now < found.expiresAt
        ? found.grant.scopes
        : undefined;
    },
    /** Revokes the grant that an access or refresh token belongs to. */
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
