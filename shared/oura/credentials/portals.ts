/** The scopes that the four collections of a night need (docs/oura-api.md §5). Oura silently drops an unknown name. */
export const REQUESTED_SCOPES = ['daily', 'spo2'] as const;

/** The portal of an application decides where its codes and refresh tokens are exchanged. */
export interface Portal {
  /** Where the user creates and finds the application. */
  readonly applications: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
}

/**
 * Oura's two portals. Their token URLs are not interchangeable: the wrong one uses up an authorization code, and responds to a
 * refresh with 400.
 */
export const PORTALS = {
  /** The new one, with its own identity provider. Its token URL is undocumented. */
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

/** `extapi:daily` and `daily` are the same scope: since September 2026 Oura returns the prefix. */
export const bareScope = (scope: string): string => scope.replace(/^extapi:/, '');

/** Returns the bare names in a `scope` of Oura. Undefined if it holds none. */
export const readScopes = (scope: unknown): string[] | undefined =>
  typeof scope === 'string' && scope.trim() !== ''
    ? scope
        .trim()
        .split(/[\s,]+/)
        .map(bareScope)
    : undefined;
