import { SECRET_URL } from '../../../shared/core/loopback.ts';
import { isTokenUrl } from '../../../shared/oura/credentials/oauth-grant.ts';
import { PORTALS, type PortalName, REQUESTED_SCOPES } from '../../../shared/oura/credentials/portals.ts';
import { UsageError } from '../usage-error.ts';

/** A developer portal of Oura and its OAuth addresses. */
export interface ConnectPortal {
  readonly name: PortalName;
  /** The page of the user's applications. */
  readonly applications: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** The requested scopes in this portal's notation. */
  readonly scope: string;
}

const NAMES = Object.keys(PORTALS) as PortalName[];

/** Undefined if no portal has this token URL. */
export const portalOfTokenUrl = (tokenUrl: string): PortalName | undefined =>
  NAMES.find((name) => PORTALS[name].tokenUrl === tokenUrl);

export const otherPortal = (name: PortalName): PortalName => (name === 'developer' ? 'cloud' : 'developer');

/** The other portal's token URL; null if no portal has this one. */
export const fallbackTokenUrl = (tokenUrl: string): string | null => {
  const name = portalOfTokenUrl(tokenUrl);
  return name === undefined ? null : PORTALS[otherPortal(name)].tokenUrl;
};

const overridden = (env: NodeJS.ProcessEnv, name: string, url: string): string => {
  const given = env[name];
  if (!given) return url;
  if (!isTokenUrl(given)) throw new UsageError(`${name} must be ${SECRET_URL}.`);
  return given;
};

/** The portal `name`. OURA_AUTHORIZE_URL and OURA_TOKEN_URL override its addresses. Throws a UsageError. */
export const connectPortal = (name: PortalName, env: NodeJS.ProcessEnv): ConnectPortal => ({
  name,
  applications: PORTALS[name].applications,
  authorizeUrl: overridden(env, 'OURA_AUTHORIZE_URL', PORTALS[name].authorizeUrl),
  tokenUrl: overridden(env, 'OURA_TOKEN_URL', PORTALS[name].tokenUrl),
  // The new identity provider uses a prefix, the old one bare names (docs/oura-api.md §5).
  scope: REQUESTED_SCOPES.map((scope) => (name === 'developer' ? `extapi:${scope}` : scope)).join(' '),
});
