import { endGrant } from '../../../services/cli/forget/end-grant.ts';
import { startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { APPLICATION, newConnection } from '../../helpers/connected.ts';
import { forEachTest } from '../../helpers/for-each-test.ts';
import { startHttpServer } from '../../helpers/http-server.ts';

const ring = forEachTest(
  () => startRingSimulator({ timeZone: 'UTC', clock: systemClock, oauth: { applications: [APPLICATION] } }),
  (each) => each.stop(),
);
const statusOfRefresh = async ({ refresh_token, client_id, client_secret, token_url }: Connection) => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id, client_secret });
  return (await fetch(token_url, { method: 'POST', body })).status;
};
let stored: Connection[] = [];
beforeEach(() => {
  stored = [];
});
const end = (connection: Connection) => endGrant(connection, (next) => stored.push(next), systemClock.now());

test('an expired access token is refreshed to revoke the grant, and the new pair is stored first', async () => {
  const connection = newConnection(ring, systemClock);
  ring.oauth.expireAccessTokens();
  expect(await end(connection)).toEqual({ outcome: 'done', sentence: 'Revoked the connection to Oura.' });
  const [next] = stored;
  expect(next?.refresh_token).not.toBe(connection.refresh_token);
  expect(await statusOfRefresh(next as Connection)).toBe(400);
});

test('while the refresh token may live, the grant has not ended', async () => {
  const connection = newConnection(ring, systemClock);
  ring.oauth.expireAccessTokens();
  ring.faults.next(1, 'unavailable', { collection: 'token' });
  expect(await end(connection)).toMatchObject({ outcome: 'failed' });
  expect(await statusOfRefresh(connection)).toBe(200);
});

test('without a token that Oura accepts, the user learns where to remove the application', async () => {
  const connection = newConnection(ring, systemClock);
  ring.oauth.revokeAll();
  const { outcome, sentence } = await end(connection);
  expect(outcome).toBe('done');
  expect(sentence).toMatch(/neither the access token nor the refresh token.*remove it there/);
  expect(stored).toEqual([]);
});

test.each([400, 401])(
  'a %d of the new portal is about the application, so nothing has ended',
  async (status) => {
    await using server = await startHttpServer();
    server.answers({ status, body: {} });
    const token_url = `${server.url}/oauth/v2/ext/oauth-token`;
    expect(await end(newConnection(ring, systemClock, { token_url }))).toEqual({
      outcome: 'failed',
      sentence: `The connection was not revoked: Oura does not accept the application (${status})`,
    });
  },
);
