import { setTimeout as sleep } from 'node:timers/promises';
import { ReconnectNeeded, TokenRefreshFailed } from '../errors.ts';
import {
  attemptTimeout,
  EXCHANGE,
  LEASE_MARGIN_MS,
  LONGEST_REFRESH_WAIT_MS,
  LONGEST_WAIT_MS,
  REFRESH_PAUSE_MS,
  REQUEST,
  TOKEN_CACHE_MS,
} from '../pace/limits.ts';
import { type Connection, fingerprint } from './oauth-grant.ts';
import { type RefreshParts, refreshConnection } from './refresh-grant.ts';
import type { RefreshState } from './refresh-lease.ts';
import { type LiveToken, type Look, liveToken, oldToken, refreshAt } from './token-lifetime.ts';

/** Decides from the state of the ledger whether to use a token, wait for another pair, or refresh. */
const decide = (
  connection: Connection,
  state: RefreshState,
  look: Look,
  now: number,
): LiveToken | 'wait' | 'refresh' => {
  const current = fingerprint(connection.refresh_token);
  if (state.rejected === current) {
    // Rejected when it was due, only the refresh token has ended. It is sent early only after the access token is rejected.
    const wasDue = Date.parse(state.rejectedAt ?? '') >= refreshAt(connection);
    const old = wasDue ? oldToken(connection, look, now) : undefined;
    if (old) return old;
    throw new ReconnectNeeded('Oura does not accept the refresh token');
  }
  if (now < refreshAt(connection)) {
    if (connection.access_token !== look.rejected) return liveToken(connection, now);
    // This pair came from an early refresh and is rejected too, so the token is not the cause.
    if (state.forced === current) return liveToken(connection, now);
  }
  // Instants that are further away were stored by a clock that was ahead.
  const isHeld = state.heldUntil > now && state.heldUntil <= now + LONGEST_WAIT_MS;
  const isReplaced = state.replaced === current;
  const waitMs = state.notBefore <= now + LONGEST_WAIT_MS ? Math.max(0, state.notBefore - now) : 0;
  const isUntimely = waitMs > 0 || attemptTimeout(look.timeLeft(), EXCHANGE) === undefined;
  // Until the old token expires, no process waits, and a refresh token that may be spent is not sent again.
  const old = oldToken(connection, look, now);
  if (old && (isHeld || isReplaced || isUntimely || state.spending === current)) return old;
  if (isHeld || isReplaced) return 'wait';
  if (isUntimely) {
    throw new TokenRefreshFailed(waitMs > 0 ? 'the token endpoint wants a pause' : 'no time is left', waitMs);
  }
  return 'refresh';
};

/** Acquires the lease, reads again, and refreshes if that is still due. Undefined: read again. */
const refresh = async (look: Look, parts: RefreshParts): Promise<LiveToken | undefined> => {
  const { store, lease, clock } = parts;
  const held = await lease.acquire(look.timeLeft() + LEASE_MARGIN_MS);
  if (!held) return undefined;
  let connection: Connection;
  try {
    const stored = await store.read();
    const decision =
      stored.kind === 'token'
        ? 'wait'
        : decide(stored.connection, { ...held.state, heldUntil: 0 }, look, clock.now());
    if (stored.kind === 'token' || decision !== 'refresh') {
      await held.release();
      return typeof decision === 'object' ? decision : undefined;
    }
    connection = stored.connection;
  } catch (error: unknown) {
    // Nothing was sent, so no other process has to wait.
    await held.release();
    throw error;
  }
  return refreshConnection(connection, held, look, parts);
};

/**
 * Returns a valid access token: the stored personal one, or that of the stored connection, refreshed if
 * due. Of any number of processes, one refreshes. The others use the old token
 * until it expires, and then wait for the new one.
 * Throws ApiKeyMissing, {@link ReconnectNeeded} or {@link TokenRefreshFailed}.
 */
export const findToken = async (look: Look, parts: RefreshParts): Promise<LiveToken> => {
  const { store, lease, clock } = parts;
  const deadline = performance.now() + Math.min(LONGEST_REFRESH_WAIT_MS, look.timeLeft() - REQUEST.reserveMs);
  for (let pause: number = REFRESH_PAUSE_MS.first; ; pause = Math.min(2 * pause, REFRESH_PAUSE_MS.longest)) {
    const stored = await store.read();
    if (stored.kind === 'token') return { token: stored.token, until: clock.now() + TOKEN_CACHE_MS };
    const state = await lease.state();
    const decision = decide(stored.connection, state, look, clock.now());
    if (typeof decision === 'object') return decision;
    const found = decision === 'refresh' ? await refresh(look, parts) : undefined;
    if (found) return found;
    if (performance.now() + pause > deadline) {
      if (state.replaced === fingerprint(stored.connection.refresh_token)) {
        throw new ReconnectNeeded('the stored refresh token is an old one, which was used before');
      }
      throw new TokenRefreshFailed('another process is already refreshing it');
    }
    await sleep(pause);
  }
};
