/** Oura's two portals: an application belongs to the one that it was made at. */
export type Portal = 'cloud' | 'developer';

/** An application as its owner has registered it. */
export interface Application {
  readonly client_id: string;
  readonly client_secret: string;
  /** Compared as they are: a trailing slash makes another one. */
  readonly redirect_uris: readonly string[];
  readonly portal: Portal;
}

/** What a path of the OAuth2 server does, and which portal's it is. */
export interface OAuthRoute {
  readonly action: 'authorize' | 'token' | 'revoke';
  readonly portal: Portal;
}

const ROUTES: Readonly<Record<string, OAuthRoute>> = {
  '/oauth/authorize': { action: 'authorize', portal: 'cloud' },
  '/oauth/token': { action: 'token', portal: 'cloud' },
  '/oauth/revoke': { action: 'revoke', portal: 'cloud' },
  '/oauth/v2/ext/oauth-authorize': { action: 'authorize', portal: 'developer' },
  '/oauth/v2/ext/oauth-token': { action: 'token', portal: 'developer' },
  '/oauth/v2/ext/oauth-revoke': { action: 'revoke', portal: 'developer' },
};

/** The route of a path; undefined where the OAuth2 server has none. */
export const oauthRouteOf = (path: string): OAuthRoute | undefined =>
  Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;

/** Every scope that Oura knows. `spo2Daily`, what its OpenAPI 1.37 says, is none of them. */
const SCOPES = [
  'daily',
  'email',
  'heart_health',
  'heartrate',
  'personal',
  'ring_configuration',
  'session',
  'spo2',
  'stress',
  'tag',
  'workout',
];

/**
 * The scopes of a request that Oura knows, bare, each once; the others are dropped without a word. The prefix is the new
 * portal's: at the old one a prefixed name is unknown.
 */
export const knownScopes = (requested: string, portal: Portal): string[] => {
  const names = requested
    .split(/\s+/)
    .map((name) => (portal === 'developer' ? name.replace(/^extapi:/, '') : name));
  return SCOPES.filter((scope) => names.includes(scope));
};

/** Scopes as the portal of the application writes them in its answers. */
export const scopeText = (scopes: readonly string[], portal: Portal): string =>
  scopes.map((scope) => (portal === 'developer' ? `extapi:${scope}` : scope)).join(' ');
