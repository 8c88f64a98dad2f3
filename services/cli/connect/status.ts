import Table from 'cli-table3';
import { systemClock } from '../../../shared/core/clock.ts';
import { missingScopes } from '../../../shared/oura/credentials/oauth-grant.ts';
import type { Stored } from '../../operations/credentials/stored-credentials.ts';
import { EXIT } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { reconnectSentence } from '../print/reconnect.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { portalOfTokenUrl } from './portal.ts';
import { ouraClient, userIdOf, verdictOn } from './prove.ts';
import { type ConnectTarget, withConnectTarget } from './target.ts';

/** What `connect --status --format json` prints. No token, no secret. */
interface ConnectionStatus {
  readonly state:
    | 'connected'
    /** No run has used it, and Oura cannot be asked about it now: nothing is known. */
    | 'not_tried'
    /** Oura lets its access token in no more. */
    | 'rejected'
    | 'personal_token'
    | 'reconnect_needed'
    | 'not_connected'
    /** The caller may not look. */
    | 'unknown';
  /** Where the credentials are kept. */
  readonly place: string;
  /** Why there are none that can be used, or nobody can tell now; null where Oura accepts them. */
  readonly reason: string | null;
  /** Oura's id of the user; null where Oura does not tell now. */
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
  /** Since when a reconnect is needed; null where none is, or nobody knows. */
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

/** Of what is stored what needs no question to Oura. */
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

type Asked = Pick<ConnectionStatus, 'state' | 'reason' | 'user_id'>;

/** What Oura says of a token now; where it says nothing, `unasked`. */
const ask = async (
  { baseUrl, today }: Pick<ConnectTarget, 'baseUrl' | 'today'>,
  token: string,
  good: 'connected' | 'personal_token',
  unasked: Asked['state'],
): Promise<Asked> => {
  const client = ouraClient(baseUrl, token);
  const verdict = await verdictOn(client, today);
  if (verdict.kind === 'refused')
    return { state: 'rejected', reason: `${verdict.reason} (${verdict.status})`, user_id: null };
  if (verdict.kind === 'unknown')
    return { state: unasked, reason: 'Oura does not answer now', user_id: null };
  return { state: good, reason: null, user_id: (await userIdOf(client)) ?? null };
};

const statusOf = async (target: ConnectTarget, stored: Stored): Promise<ConnectionStatus> => {
  const { place } = target.store;
  if (stored.kind === 'none')
    return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: 'there is none' };
  if (stored.kind === 'unusable')
    return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: `it ${stored.reason}` };
  if (stored.kind === 'unreadable')
    return { state: 'unknown', place, ...NOTHING_KNOWN, reason: 'you may not read it; the functions may' };
  if (stored.kind === 'token') {
    const asked = await ask(target, stored.token, 'personal_token', 'personal_token');
    return { place, ...NOTHING_KNOWN, ...asked };
  }
  const { connection } = stored;
  const { rejected, used } = await target.history(connection);
  const known = { place, ...factsOf(stored), reconnect_since: rejected?.since ?? null };
  const unasked = used ? 'connected' : 'not_tried';
  // An access token that has ended is the next run's to refresh: looking must not spend anything.
  if (Date.parse(connection.expires_at) <= systemClock.now()) {
    const reason = used ? null : 'its access token has ended: the next run refreshes it';
    return { state: rejected ? 'reconnect_needed' : unasked, reason, user_id: null, ...known };
  }
  const asked = await ask(target, connection.access_token, 'connected', unasked);
  return { ...asked, ...(rejected && { state: 'reconnect_needed', reason: null }), ...known };
};

/** @param again the command that connects @param look the command that tells how the functions get on */
const headline = (status: ConnectionStatus, again: string, look: string): string => {
  switch (status.state) {
    case 'connected':
      return 'connected';
    case 'not_tried':
      return 'stored, but no run has used it yet, and nothing more is known';
    case 'rejected':
      return `rejected: ${again}`;
    case 'personal_token':
      return `a personal access token, which Oura has withdrawn: ${again} replaces it`;
    case 'reconnect_needed':
      return `${reconnectSentence({ since: status.reconnect_since })}: ${again}`;
    case 'not_connected':
      return `not connected: ${again}`;
    case 'unknown':
      return `unknown: ${look} tells how the last run ended`;
  }
};

const asText = (status: ConnectionStatus, again: string, look: string): string => {
  const table = new Table(TABLE_STYLE);
  table.push({ state: headline(status, again, look) });
  table.push({ credentials: status.reason === null ? status.place : `${status.place}: ${status.reason}` });
  if (status.user_id !== null || status.client_id !== null)
    table.push({ user: status.user_id ?? 'Oura does not tell now' });
  if (status.client_id === null) return table.toString();
  const lacks = status.missing_scopes?.length ? ` (not granted: ${status.missing_scopes.join(', ')})` : '';
  table.push(
    { application: status.client_id },
    { 'token URL': `${status.token_url}${status.portal === null ? '' : ` (${status.portal})`}` },
    { scopes: `${status.scopes?.join(', ')}${lacks}` },
    { 'access token ends': status.expires_at },
    { connected: status.connected_at },
    { 'last refresh': status.refreshed_at ?? 'none yet' },
  );
  return table.toString();
};

/** States in which nothing is known to be wrong. */
const FINE: readonly ConnectionStatus['state'][] = ['connected', 'not_tried', 'personal_token'];

/** Prints who is connected. Returns the exit code: 1 where nobody is, Oura rejects it, a reconnect is needed, or the caller may not look. */
export const printConnectionStatus = (
  options: StackOptions,
  format: string,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  withConnectTarget(options, env, async (target) => {
    const stored = await target.store.read();
    const status = await statusOf(target, stored);
    const look = suggest('status', options);
    const text = format === 'json' ? JSON.stringify(status, null, 2) : asText(status, target.again, look);
    process.stdout.write(`${text}\n`);
    if (!options.aws && env['OURA_API_KEY'] && format === 'text')
      process.stderr.write(
        `OURA_API_KEY is set: ${suggest('start', options)} uses it, not the connection.\n`,
      );
    return FINE.includes(status.state) ? EXIT.settled : EXIT.unsettled;
  });
