import Table from 'cli-table3';
import { missingScopes } from '../../../shared/oura/connection.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { EXIT } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import type { StackOptions } from '../with-stack.ts';
import { portalOfTokenUrl } from './portal.ts';
import { ouraClient, userIdOf } from './prove.ts';
import { type ReconnectNeeded, reconnectSentence } from './reconnect.ts';
import type { Stored } from './stored.ts';
import { withConnectTarget } from './target.ts';

/** What `connect --status --format json` prints. No token, no secret. */
export interface ConnectionStatus {
  readonly state: 'connected' | 'personal_token' | 'reconnect_needed' | 'not_connected' | 'unknown';
  /** Where the credentials are kept. */
  readonly place: string;
  /** Why there are none that can be used, or nobody can tell; null where there are. */
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

const statusOf = async (
  place: string,
  stored: Stored,
  rejected: ReconnectNeeded | undefined,
  baseUrl: string,
): Promise<ConnectionStatus> => {
  if (stored.kind === 'none')
    return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: 'there is none' };
  if (stored.kind === 'unusable')
    return { state: 'not_connected', place, ...NOTHING_KNOWN, reason: `it ${stored.reason}` };
  if (stored.kind === 'unreadable')
    return { state: 'unknown', place, ...NOTHING_KNOWN, reason: 'you may not read it; the functions may' };
  if (stored.kind === 'token') {
    const user_id = (await userIdOf(ouraClient(baseUrl, stored.token))) ?? null;
    return { state: 'personal_token', place, ...NOTHING_KNOWN, user_id };
  }
  const { connection } = stored;
  const ended = Date.parse(connection.expires_at) <= systemClock.now();
  return {
    state: rejected ? 'reconnect_needed' : 'connected',
    place,
    reason: null,
    // An access token that has ended is the next run's to refresh: looking must not spend anything.
    user_id: ended ? null : ((await userIdOf(ouraClient(baseUrl, connection.access_token))) ?? null),
    client_id: connection.client_id,
    portal: portalOfTokenUrl(connection.token_url) ?? null,
    token_url: connection.token_url,
    scopes: connection.scopes,
    missing_scopes: missingScopes(connection.scopes),
    expires_at: connection.expires_at,
    connected_at: connection.connected_at,
    refreshed_at: connection.refreshed_at,
    reconnect_since: rejected?.since ?? null,
  };
};

/** @param again the command that connects @param look the command that tells how the functions get on */
const headline = (status: ConnectionStatus, again: string, look: string): string => {
  switch (status.state) {
    case 'connected':
      return 'connected';
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

/** Prints who is connected. Returns the exit code: 1 where nobody is, a reconnect is needed, or the caller may not look. */
export const printConnectionStatus = (
  options: StackOptions,
  format: string,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  withConnectTarget(options, env, async ({ store, baseUrl, again, rejection }) => {
    const stored = await store.read();
    const rejected = stored.kind === 'connection' ? await rejection(stored.connection) : undefined;
    const status = await statusOf(store.place, stored, rejected, baseUrl);
    const look = suggest('status', options, ...(options.stack ? ['--stack', options.stack] : []));
    const text = format === 'json' ? JSON.stringify(status, null, 2) : asText(status, again, look);
    process.stdout.write(`${text}\n`);
    if (!options.aws && env['OURA_API_KEY'] && format === 'text')
      process.stderr.write(
        `OURA_API_KEY is set: ${suggest('start', options)} uses it, not the connection.\n`,
      );
    return status.state === 'connected' || status.state === 'personal_token' ? EXIT.settled : EXIT.unsettled;
  });
