import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTokenRefreshLease, type RefreshState } from '../../../shared/aws/store/token-refresh-lease.ts';
import { findCause } from '../../../shared/core/causes.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { type Connection, fingerprint } from '../../../shared/oura/credentials/oauth-grant.ts';
import { outputOf } from '../../operations/ledger.ts';
import type { Stack } from '../../operations/stack.ts';
import { stackStore } from './store.ts';

/** Since when a connection is worth nothing. */
export interface ReconnectNeeded {
  /** ISO 8601; null where nobody wrote it down. */
  readonly since: string | null;
}

/** What the ledger knows of refreshing. */
export const refreshState = (stack: {
  readonly outputs: Readonly<Record<string, string>>;
  readonly dynamodb: DynamoDBDocumentClient;
}): Promise<RefreshState> =>
  createTokenRefreshLease(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable), systemClock).state();

/** Whether the refresh token of `connection` has been rejected, or was replaced before; undefined where it may be good. */
export const reconnectNeeded = (connection: Connection, state: RefreshState): ReconnectNeeded | undefined => {
  const current = fingerprint(connection.refresh_token);
  if (state.rejected === current) return { since: state.rejectedAt };
  return state.replaced === current ? { since: null } : undefined;
};

/**
 * Whether the connection that the stack's functions use is worth nothing. @param lastCause what the last run failed with: all
 * there is to go by for a caller who may not read the credentials
 */
export const findReconnect = async (
  stack: Stack,
  lastCause: string | null,
): Promise<ReconnectNeeded | undefined> => {
  const state = await refreshState(stack);
  const stored = await stackStore(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter)).read();
  if (stored.kind === 'connection') return reconnectNeeded(stored.connection, state);
  return stored.kind === 'unreadable' && findCause(lastCause)?.action === 'reconnect'
    ? { since: state.rejectedAt }
    : undefined;
};

/** How `status`, `doctor` and `connect --status` say it. */
export const reconnectSentence = ({ since }: ReconnectNeeded): string =>
  `reconnect needed${since === null ? '' : ` since ${since}`}`;
