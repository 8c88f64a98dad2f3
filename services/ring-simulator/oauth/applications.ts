/** Oura's two developer portals. An application belongs to the portal where it was registered. */
export type Portal = 'cloud' | 'developer';

/** A registered application. */
export interface Application {
  readonly client_id: string;
  readonly client_secret: string;
  /** Compared exactly: a trailing slash makes a different URI. */
  readonly redirect_uris: readonly string[];
  readonly portal: Portal;
}

/** What a path of the OAuth2 server does, and the portal it belongs to. */
export interface OAuthRoute {
  readonly action: (typeof ACTIONS)[number];
  readonly portal: Portal;
}

const ACTIONS = ['authorize', 'token', 'revoke'] as const;
const PREFIXES = [
  ['cloud', '/oauth/'],
  ['developer', '/oauth/v2/ext/oauth-'],
] as const;

/** Returns the route of a path; `undefined` if the OAuth2 server has none. */
export const oauthRouteOf = (path: string): OAuthRoute | undefined =>
  PREFIXES.flatMap(([portal, prefix]) =>
    ACTIONS.flatMap((action) => (path === prefix + action ? [{ action, portal }] : [])),
  )[0];

/** Every scope that Oura accepts. OpenAPI 1.37 says `spo2Daily`, which Oura does not accept. */
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
 * Returns the requested scopes that Oura knows, without prefix and without duplicates. Like Oura, it silently drops the
 * others. Only the new portal knows the prefix; on the old one a prefixed name is unknown.
 */
export const knownScopes = (requested: string, portal: Portal): string[] => {
  const names = requested
    .split(/\s+/)
    .map((name) => (portal === 'developer' ? name.replace(/^extapi:/, '') : name));
  return SCOPES.filter((scope) => names.includes(scope));
};

/** Formats scopes as the portal writes them in its responses. */
export const scopeText = (scopes: readonly string[], portal: Portal): string =>
  scopes.map((scope) => (portal === 'developer' ? `extapi:${scope}` : scope)).join(' ');
