import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { ReconnectNeeded, TokenRefreshFailed } from '../errors.ts';
import { STORING } from '../pace/limits.ts';
import type { CredentialStore } from './credential-store.ts';
import { exchangeRefreshToken } from './exchange-refresh-token.ts';
import { type Connection, fingerprint } from './oauth-grant.ts';
import type { HeldLease, TokenRefreshLease } from './refresh-lease.ts';
import { type LiveToken, type Look, liveToken, oldToken, refreshAt } from './token-lifetime.ts';

export interface RefreshParts {
  readonly store: CredentialStore;
  readonly lease: TokenRefreshLease;
  readonly clock: Clock;
  readonly log: Log;
}

const SPENT = 'the refresh token was sent before, and its answer is lost';

/**
 * Exchanges the refresh token of `connection` under the lease, and releases the lease unless the outcome is unknown: then it
 * expires by itself. Gives up only after a still valid access token. Undefined: another pair is stored by now, or the lease
 * is lost, so the caller must read again. Throws {@link ReconnectNeeded} or {@link TokenRefreshFailed}.
 */
export const refreshConnection = async (
  connection: Connection,
  held: HeldLease,
  look: Look,
  parts: RefreshParts,
): Promise<LiveToken | undefined> => {
  const { store, clock, log } = parts;
  const spent = fingerprint(connection.refresh_token);
  const unanswered = held.state.spending === spent ? held.state.unanswered : 0;

  /** Returns the fingerprint of the stored pair. Undefined for a personal token. */
  const storedNow = async (): Promise<string | undefined> => {
    const stored = await store.read();
    return stored.kind === 'token' ? undefined : fingerprint(stored.connection.refresh_token);
  };
  /** Whether another pair is stored: the user has connected, or a process with an expired lease has finished. */
  const isOther = async (): Promise<boolean> => (await storedNow()) !== spent;
  const write = async (next: Connection): Promise<boolean> => {
    const stored = await storedNow();
    // A write whose response was lost may have succeeded.
    if (stored !== spent) return stored === fingerprint(next.refresh_token);
    await store.write(next);
    return true;
  };
  const within = async (ms: number): Promise<never> => {
    await sleep(ms, undefined, { ref: false });
    throw new TokenRefreshFailed('the store of the credentials does not answer');
  };
  /**
   * Stores a pair, but only in place of the one that it came from. False: another one is stored and takes precedence. Retries
   * any failure until the invocation ends, because the pair exists nowhere else.
   */
  const storeOver = async (next: Connection): Promise<boolean> => {
    for (let pause: number = STORING.firstPauseMs; ; pause = Math.min(2 * pause, STORING.longestPauseMs)) {
      try {
        return await Promise.race([write(next), within(STORING.longestMs)]);
      } catch (error: unknown) {
        if (look.timeLeft() - pause < STORING.reserveMs) throw error;
        log.warn('The new pair of tokens could not be stored: once more', {}, error);
        await sleep(pause);
      }
    }
  };
  const reject = async (reason: string): Promise<LiveToken | undefined> => {
    if (await isOther()) return held.release().then(() => undefined);
    await held.rejected(spent);
    const old = oldToken(connection, look, clock.now());
    if (old === undefined) throw new ReconnectNeeded(reason);
    log.warn('The refresh token has ended: the access token is used until it expires', { reason });
    return old;
  };

  // At most two attempts: a third could spend another process's pair.
  if (unanswered > 1) return reject(SPENT);
  const sentAt = clock.now();
  const spend = () => held.spend(spent, unanswered + 1);
  const exchange = await exchangeRefreshToken(connection, look.timeLeft, sentAt, spend);
  if (exchange === undefined) return undefined;

  if (exchange.outcome === 'refreshed') {
    const next = exchange.connection;
    if (!(await storeOver(next))) return held.release().then(() => undefined);
    const forced = connection.access_token === look.rejected && sentAt < refreshAt(connection);
    await held.replaced({ from: spent, to: fingerprint(next.refresh_token), forced });
    log.info('Refreshed the access token', { expires_at: next.expires_at, forced });
    return liveToken(next, sentAt);
  }
  if (exchange.outcome === 'rejected') return reject(unanswered === 0 ? exchange.reason : SPENT);
  log.warn('The access token was not refreshed', { outcome: exchange.outcome, reason: exchange.reason });
  const waitMs = exchange.outcome === 'refused' ? exchange.waitMs : 0;
  if (exchange.outcome === 'refused') {
    await held.refused(unanswered, clock.now() + waitMs);
  } else if (exchange.outcome === 'failed') {
    await held.failed(unanswered);
  } else if (unanswered > 0) {
    return reject(SPENT);
  }
  const old = oldToken(connection, look, clock.now());
  if (old) return old;
  throw new TokenRefreshFailed(`the token endpoint: ${exchange.reason}`, waitMs);
};
