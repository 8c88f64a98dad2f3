import { isTokenUrl } from '../../../shared/oura/credentials/oauth-grant.ts';
import { PORTALS, type PortalName, REQUESTED_SCOPES } from '../../../shared/oura/credentials/portals.ts';
import { UsageError } from '../usage-error.ts';

/** Where one application is asked for, allowed and exchanged. */
export interface ConnectPortal {
  readonly name: PortalName;
  /** Where the user makes and finds the application. */
  readonly applications: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** What to ask for, as this portal writes it. */
  readonly scope: string;
}

const NAMES = Object.keys(PORTALS) as PortalName[];

/** The portal whose token URL this is; undefined for any other URL. */
export const portalOfTokenUrl = (tokenUrl: string): PortalName | undefined =>
  NAMES.find((name) => PORTALS[name].tokenUrl === tokenUrl);

/** The other portal's name: what to try where this one does not know the application. */
export const otherPortal = (name: PortalName): PortalName => (name === 'developer' ? 'cloud' : 'developer');

/** Of a known token URL the other portal's; null for any other, which nothing is known to stand in for. */
export const fallbackTokenUrl = (tokenUrl: string): string | null => {
  const name = portalOfTokenUrl(tokenUrl);
  return name === undefined ? null : PORTALS[otherPortal(name)].tokenUrl;
};

const overridden = (env: NodeJS.ProcessEnv, name: string, url: string): string => {
  const given = env[name];
  if (!given) return url;
  if (!isTokenUrl(given)) throw new UsageError(`${name} must be an https URL (http only on this machine).`);
  return given;
};

/** The portal `name`, at the addresses that OURA_AUTHORIZE_URL and OURA_TOKEN_URL give instead of Oura's own. Throws a UsageError. */
export const connectPortal = (name: PortalName, env: NodeJS.ProcessEnv): ConnectPortal => ({
  name,
  applications: PORTALS[name].applications,
  authorizeUrl: overridden(env, 'OURA_AUTHORIZE_URL', PORTALS[name].authorizeUrl),
  tokenUrl: overridden(env, 'OURA_TOKEN_URL', PORTALS[name].tokenUrl),
  // The new identity provider is asked with its prefix, the old one with bare names (docs/oura-api.md §5).
  scope: REQUESTED_SCOPES.map((scope) => (name === 'developer' ? `extapi:${scope}` : scope)).join(' '),
});
