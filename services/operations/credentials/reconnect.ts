import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { findCause } from '../../../shared/core/causes.ts';
import { countsOf, type Run } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { type Connection, fingerprint } from '../../../shared/oura/credentials/oauth-grant.ts';
import type { RefreshState } from '../../../shared/oura/credentials/refresh-lease.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack } from '../stack.ts';
import { storedInParameter } from './stored-credentials.ts';

/** Since when a connection is worth nothing. */
export interface ReconnectNeeded {
  /** ISO 8601; null where unknown. */
  readonly since: string | null;
}

/** What the ledger knows of refreshing. */
const refreshState = (stack: Stack): Promise<RefreshState> =>
  createTokenRefreshLease(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable), stack.clock).state();

/** Whether the refresh token of `connection` has been rejected, or was replaced before; undefined where it may be good. */
const reconnectNeeded = (connection: Connection, state: RefreshState): ReconnectNeeded | undefined => {
  const current = fingerprint(connection.refresh_token);
  if (state.rejected === current) return { since: state.rejectedAt };
  return state.replaced === current ? { since: null } : undefined;
};

/**
 * Whether the connection that the stack's functions use is worth nothing.
 * @param lastCause what the last run failed with: all there is to go by for a caller who may not read the credentials
 */
export const findReconnect = async (
  stack: Stack,
  lastCause: string | null,
): Promise<ReconnectNeeded | undefined> => {
  const state = await refreshState(stack);
  const stored = await storedInParameter(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter));
  if (stored.kind === 'connection') return reconnectNeeded(stored.connection, state);
  return stored.kind === 'unreadable' && findCause(lastCause)?.action === 'reconnect'
    ? { since: state.rejectedAt }
    : undefined;
};

/** How a connection has done so far. */
export interface ConnectionHistory {
  /** Undefined where it may be good. */
  readonly rejected: ReconnectNeeded | undefined;
  /** Whether it has been refreshed, or a run that began since it was made got through to Oura. */
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
