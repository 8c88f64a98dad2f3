import { systemClock } from '../../../shared/core/clock.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { missingScopes } from '../../../shared/oura/credentials/oauth-grant.ts';
import type { Stored } from '../../operations/credentials/stored-credentials.ts';
import { EXIT } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { type Fact, factTable } from '../print/table.ts';
import { printAs, printError } from '../print/write.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { portalOfTokenUrl } from './portal.ts';
import { ouraClient, userIdOf, verdictOn } from './prove.ts';
import { type ConnectTarget, withConnectTarget } from './target.ts';

/** The output of `connect --status --format json`. It holds no token and no secret. */
interface ConnectionStatus {
  readonly state:
    | 'connected'
    /** No run has used it, and Oura cannot be reached now. */
    | 'not_tried'
    /** Oura rejects its access token. */
    | 'rejected'
    | 'personal_token'
    | 'reconnect_needed'
    | 'not_connected'
    /** The caller may not read the credentials. */
    | 'unknown';
  /** Where the credentials are stored. */
  readonly place: string;
  /** Why they are unusable or unknown; null if Oura accepts them. */
  readonly reason: string | null;
  /** Oura's id of the user; null if unknown. */
  readonly user_id: string | null;
  readonly client_id: string | null;
  /** `developer` or `cloud`; null for another token URL. */
  readonly portal: string | null;
  readonly token_url: string | null;
  readonly scopes: readonly string[] | null;
  readonly missing_scopes: readonly string[] | null;
  readonly expires_at: string | null;
  readonly connected_at: string | null;
  readonly refreshed_at: string | null;
  /** When a reconnect became necessary; null if it is not, or the time is unknown. */
  readonly reconnect_since: string | null;
}

const NOTHING_KNOWN = {
  reason: null,
  user_id: null,
  client_id: null,
  portal: null,
  token_url: null,
  scopes: null,
  missing_scopes: null,
  expires_at: null,
  connected_at: null,
  refreshed_at: null,
  reconnect_since: null,
};

/** The facts that need no request to Oura. */
const factsOf = ({ connection }: Extract<Stored, { kind: 'connection' }>) => ({
  client_id: connection.client_id,
  portal: portalOfTokenUrl(connection.token_url) ?? null,
  token_url: connection.token_url,
  scopes: connection.scopes,
  missing_scopes: missingScopes(connection.scopes),
  expires_at: connection.expires_at,
  connected_at: connection.connected_at,
  refreshed_at: connection.refreshed_at,
});

type TestedState = Pick<ConnectionStatus, 'state' | 'reason' | 'user_id'>;

/** Tests a token with Oura. The state is `accepted` or, if Oura does not respond, `untested`. */
const testToken = async (
  { baseUrl, today }: Pick<ConnectTarget, 'baseUrl' | 'today'>,
  token: string,
  accepted: 'connected' | 'personal_token',
  untested: TestedState['state'],
): Promise<TestedState> => {
  const client = ouraClient(baseUrl, token);
  const verdict = await verdictOn(client, today);
  if (verdict.kind === 'refused')
    return { state: 'rejected', reason: `${verdict.reason} (${verdict.status})`, user_id: null };
  if (verdict.kind === 'unknown')
    return { state: untested, reason: 'Oura does not respond now', user_id: null };
  return { state: accepted, reason: null, user_id: (await userIdOf(client)) ?? null };
};

const statusOf = async (target: ConnectTarget, stored: Stored): Promise<ConnectionStatus> => {
  const { place } = target.store;
  if (stored.kind === 'none') return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: 'missing' };
  if (stored.kind === 'unusable')
    return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: `it ${stored.reason}` };
  if (stored.kind === 'unreadable')
    return {
      state: 'unknown',
      place,
      ...NOTHING_KNOWN,
      reason: 'you may not read it, but the functions may',
    };
  if (stored.kind === 'token') {
    const tested = await testToken(target, stored.token, 'personal_token', 'personal_token');
    return { place, ...NOTHING_KNOWN, ...tested };
  }
  const { connection } = stored;
  const { rejected, used } = await target.history(connection);
  const known = { place, ...factsOf(stored), reconnect_since: rejected?.since ?? null };
  const untested = used ? 'connected' : 'not_tried';
  // An expired access token is left for the next run: showing the status must not use up the refresh token.
  if (Date.parse(connection.expires_at) <= systemClock.now()) {
    const reason = used ? null : 'its access token has expired: the next run refreshes it';
    return { state: rejected ? 'reconnect_needed' : untested, reason, user_id: null, ...known };
  }
  const tested = await testToken(target, connection.access_token, 'connected', untested);
  return { ...tested, ...(rejected && { state: 'reconnect_needed', reason: null }), ...known };
};

/** @param show formats an instant @param connect the command that connects @param look the command that shows the last run */
const headline = (
  status: ConnectionStatus,
  show: (instant: string | null) => string,
  connect: string,
  look: string,
): string => {
  switch (status.state) {
    case 'connected':
      return 'connected';
    case 'not_tried':
      return 'stored, but no run has used it yet';
    case 'rejected':
      return `rejected: run ${connect}`;
    case 'personal_token':
      return `a personal access token, which Oura no longer issues: run ${connect} to replace it`;
    case 'reconnect_needed':
      return `reconnect needed${status.reconnect_since === null ? '' : ` since ${show(status.reconnect_since)}`}: run ${connect}`;
    case 'not_connected':
      return `not connected: run ${connect}`;
    case 'unknown':
      return `unknown: run ${look} to see how the last run ended`;
  }
};

const asText = (status: ConnectionStatus, timeZone: string, connect: string, look: string): string => {
  const show = (instant: string | null) =>
    instant === null ? '–' : showInstant(Date.parse(instant), timeZone);
  const table: Fact[] = [];
  table.push({ state: headline(status, show, connect, look) });
  table.push({ credentials: status.reason === null ? status.place : `${status.place}: ${status.reason}` });
  if (status.user_id !== null || status.client_id !== null)
    table.push({ user: status.user_id ?? 'unknown: Oura does not respond now' });
  if (status.client_id === null) return factTable(table);
  const lacks = status.missing_scopes?.length ? ` (not granted: ${status.missing_scopes.join(', ')})` : '';
  table.push(
    { application: status.client_id },
    { 'token URL': `${status.token_url}${status.portal === null ? '' : ` (${status.portal})`}` },
    { scopes: `${status.scopes?.join(', ')}${lacks}` },
    { 'access token expires': show(status.expires_at) },
    { connected: show(status.connected_at) },
    { 'last refresh': status.refreshed_at === null ? 'none yet' : show(status.refreshed_at) },
  );
  return factTable(table);
};

/** States without a known problem. */
const FINE: readonly ConnectionStatus['state'][] = ['connected', 'not_tried', 'personal_token'];

/** Prints the connection and returns the exit code: 1 unless the state is one of {@link FINE}. */
export const printConnectionStatus = (
  options: StackOptions,
  format: string,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  withConnectTarget(options, env, async (target) => {
    const stored = await target.store.read();
    const status = await statusOf(target, stored);
    printAs(format, status, () => asText(status, target.timeZone, target.again, suggest('status', options)));
    if (!options.aws && env['OURA_API_KEY'] && format === 'text')
      printError(`OURA_API_KEY is set: ${suggest('start', options)} uses it instead of the connection.`);
    return FINE.includes(status.state) ? EXIT.settled : EXIT.unsettled;
  });
