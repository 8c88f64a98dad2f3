import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { findCause } from '../../../shared/core/causes.ts';
import { countsOf, type Run } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { type Connection, fingerprint } from '../../../shared/oura/credentials/oauth-grant.ts';
import type { RefreshState } from '../../../shared/oura/credentials/refresh-lease.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack } from '../stack.ts';
import { storedInParameter } from './stored-credentials.ts';

export interface ReconnectNeeded {
  /** ISO 8601; null where unknown. */
  readonly since: string | null;
}

const refreshState = (stack: Stack): Promise<RefreshState> =>
  createTokenRefreshLease(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable), stack.clock).state();

/** `undefined` unless the refresh token of `connection` was rejected, or replaced by a newer one. */
const reconnectNeeded = (connection: Connection, state: RefreshState): ReconnectNeeded | undefined => {
  const current = fingerprint(connection.refresh_token);
  if (state.rejected === current) return { since: state.rejectedAt };
  return state.replaced === current ? { since: null } : undefined;
};

/**
 * `undefined` unless the stack's connection needs to be replaced.
 * @param lastCause why the last run failed, for a caller who may not read the credentials
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
