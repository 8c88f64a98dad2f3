import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { findCause } from '../../../shared/core/causes.ts';
import { countsOf, type Run } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { type Connection, fingerprint } from '../../../shared/oura/credentials/oauth-grant.ts';
import type { RefreshState } from '../../../shared/oura/credentials/refresh-lease.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack } from '../stack.ts';
import { storedInParameter } from './stored-credentials.ts';

/** Oura denies access until the user does something. */
export interface ReconnectNeeded {
  /** ISO 8601; null where unknown. */
  readonly since: string | null;
  /** A cause of shared/core/causes.ts. */
  readonly cause: string;
}

const RECONNECT = 'ReconnectNeeded';

const refreshState = (stack: Stack): Promise<RefreshState> =>
  createTokenRefreshLease(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable), stack.clock).state();

/** `undefined` unless the refresh token of `connection` was rejected, or replaced by a newer one. */
const reconnectNeeded = (connection: Connection, state: RefreshState): ReconnectNeeded | undefined => {
  const current = fingerprint(connection.refresh_token);
  if (state.rejected === current) return { since: state.rejectedAt, cause: RECONNECT };
  return state.replaced === current ? { since: null, cause: RECONNECT } : undefined;
};

/** Why Oura denied the last run access; `undefined` if it did not, or the user has connected since. */
const denialOf = (run: Run | undefined, connectedAt: string | undefined): ReconnectNeeded | undefined => {
  if (!run?.cause || findCause(run.cause)?.action !== 'restore-access') return undefined;
  const isConnectedSince = connectedAt !== undefined && connectedAt > run.started_at;
  return isConnectedSince ? undefined : { since: run.started_at, cause: run.cause };
};

/**
 * `undefined` unless the user has to restore access: the refresh token was rejected or replaced, or Oura denied the last run.
 * @param lastRun decides alone for a caller who may not read the credentials
 */
export const findReconnect = async (
  stack: Stack,
  lastRun: Run | undefined,
): Promise<ReconnectNeeded | undefined> => {
  const state = await refreshState(stack);
  const stored = await storedInParameter(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter));
  if (stored.kind === 'connection') {
    const { connection } = stored;
    return reconnectNeeded(connection, state) ?? denialOf(lastRun, connection.connected_at);
  }
  if (stored.kind === 'unreadable' && findCause(lastRun?.cause)?.action === 'reconnect')
    return { since: state.rejectedAt, cause: RECONNECT };
  return denialOf(lastRun, undefined);
};

export interface ConnectionHistory {
  readonly rejected: ReconnectNeeded | undefined;
  /** Whether it has been refreshed, or a later run has received a response from Oura. */
  readonly used: boolean;
}

export const connectionHistory = async (stack: Stack, connection: Connection): Promise<ConnectionHistory> => {
  const made = Date.parse(connection.connected_at);
  const isProof = (run: Run): boolean => {
    const { stored, unchanged, no_data } = countsOf(run);
    return Date.parse(run.started_at) >= made && stored + unchanged + no_data > 0;
  };
  return {
    rejected: reconnectNeeded(connection, await refreshState(stack)),
    used: connection.refreshed_at !== null || (await openLedger(stack).runs.list()).some(isProof),
  };
};
