/** Scopes that the four collections of a night need (docs/oura-api.md §5). Oura drops a name that it does not know in silence. */
export const REQUESTED_SCOPES = ['daily', 'spo2'] as const;

/** Where an application was made decides where its codes and refresh tokens are exchanged. */
export interface Portal {
  /** Where the user makes and finds the application. */
  readonly applications: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
}

/**
 * Oura's two portals. Their token URLs are not interchangeable: the wrong one burns an authorization code, and answers a
 * refresh with 400.
 */
export const PORTALS = {
  /** The new one, with an identity provider of its own; its token URL is undocumented. */
  developer: {
    applications: 'https://developer.ouraring.com',
    authorizeUrl: 'https://moi.ouraring.com/oauth/v2/ext/oauth-authorize',
    tokenUrl: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token',
  },
  /** The old one, whose token URL is in Oura's specification. */
  cloud: {
    applications: 'https://cloud.ouraring.com/oauth/applications',
    authorizeUrl: 'https://cloud.ouraring.com/oauth/authorize',
    tokenUrl: 'https://api.ouraring.com/oauth/token',
  },
} as const satisfies Record<string, Portal>;

export type PortalName = keyof typeof PORTALS;

/** `extapi:daily` and `daily` are the same scope: since September 2026 Oura answers with the prefix. */
export const bareScope = (scope: string): string => scope.replace(/^extapi:/, '');

/** The bare names in a `scope` of Oura's; undefined where it holds none. */
export const readScopes = (scope: unknown): string[] | undefined =>
  typeof scope === 'string' && scope.trim() !== ''
    ? scope
        .trim()
        .split(/[\s,]+/)
        .map(bareScope)
    : undefined;
