import { exchangeRefreshToken } from '../../../shared/oura/credentials/exchange-refresh-token.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { revokeToken } from '../../../shared/oura/credentials/revoke-token.ts';
import { EXCHANGE } from '../../../shared/oura/pace/limits.ts';

/** What became of a grant: one sentence for the user. `failed`: another attempt may end it. */
interface Ending {
  readonly outcome: 'done' | 'failed';
  readonly sentence: string;
}

const notRevoked = (reason: string): Ending => ({
  outcome: 'failed',
  sentence: `The connection was not revoked: ${reason}`,
});

// A spent refresh token is rejected like one of an ended grant, so that the grant has ended is not known.
const REJECTED =
  'Oura accepts neither the access token nor the refresh token, so the connection could not be revoked with them: ' +
  'if your Oura account still lists the application, remove it there.';

/** An exchange with each token URL, one after the other, and what it leaves for storing. */
const LONGEST_EXCHANGE_MS = 2 * EXCHANGE.longestMs + EXCHANGE.reserveMs;

/**
 * Revokes the permission that the user gave. The old portal takes only an access token, which ends after a day, while the
 * refresh token lives: then it is exchanged first. The caller holds the lock of the data folder, so no other process sends it.
 * @param store keeps the new pair, because the old one is spent and another attempt needs it
 */
export const endGrant = async (
  connection: Connection,
  store: (next: Connection) => void,
  now: number,
): Promise<Ending> => {
  const first = await revokeToken(connection);
  const revoked: Ending = { outcome: 'done', sentence: 'Revoked the connection to Oura.' };
  if (first.outcome === 'revoked') return revoked;
  if (first.outcome === 'failed') return notRevoked(first.reason);
  const deadline = performance.now() + LONGEST_EXCHANGE_MS;
  const timeLeft = () => deadline - performance.now();
  const exchange = await exchangeRefreshToken(connection, timeLeft, now, async () => true);
  if (exchange?.outcome === 'rejected') return { outcome: 'done', sentence: REJECTED };
  if (exchange?.outcome !== 'refreshed')
    return notRevoked(`the token URL: ${exchange?.reason ?? 'no answer came'}`);
  store(exchange.connection);
  const second = await revokeToken(exchange.connection);
  if (second.outcome === 'revoked') return revoked;
  return notRevoked(second.outcome === 'failed' ? second.reason : 'Oura rejects a new access token');
};
