import { createTokenRefreshLease } from '../../shared/aws/store/token-refresh-lease.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { fingerprint } from '../../shared/oura/credentials/oauth-grant.ts';
import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

/** So far apart that each has a window of its own. */
const DATES = ['2018-01-01', '2022-01-01', '2026-03-10'];

const { bench, oura } = benchWithOura(EDGE_RECORDS);

const CONNECTION = {
  client_id: 'client',
  client_secret: 'secret',
  access_token: 'access',
  refresh_token: 'refresh',
  expires_at: '2026-04-11T00:00:00Z',
  token_url: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token',
  fallback_token_url: null,
  scopes: ['daily', 'spo2'],
  connected_at: '2026-04-09T00:00:00Z',
  refreshed_at: null,
};

const answer = (status: number, headers = {}) => oura.respondWith(() => ({ status, headers, body: {} }));
const deliver = (env = {}) => bench.worker(oura, { env: { ...AT_ONCE, ...env } }).deliver();
const causes = async () => {
  const entries = await Promise.all(DATES.map((date) => bench.day(date)));
  return entries.map((entry) => entry?.reason);
};

test.each([
  ['401', 401, 'CredentialsRejected'],
  ['403', 403, 'AccessForbidden'],
])('a %s costs one round of requests, for any number of windows', async (_, status, cause) => {
  await bench.plan(cause, DATES);
  answer(status);
  expect((await deliver()).kept).toEqual([]);
  expect(oura.requests).toHaveLength(4);
  expect(await causes()).toEqual([cause, cause, cause]);
});

test('a 429 costs one round of requests, and every date waits', async () => {
  await bench.plan('limited', DATES);
  answer(429, { 'Retry-After': '120' });
  expect((await deliver()).kept.sort()).toEqual(DATES);
  expect(oura.requests).toHaveLength(4);
  expect(bench.visibilities()).toEqual([120, 120, 120]);
});

test('a missing key costs no request, and one read of the key', async () => {
  await bench.plan('keyless', DATES);
  expect((await deliver({ OURA_API_KEY: 'ssm:/nothing/here' })).kept).toEqual([]);
  expect(oura.requests).toEqual([]);
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(1);
  expect(await causes()).toEqual(DATES.map(() => 'ApiKeyMissing'));
});

test('a rejected connection costs no request, and one read of the token', async () => {
  const { dynamodb } = bench.stack.raw;
  const held = await createTokenRefreshLease(dynamodb, LOGICAL_ID.ouraSyncTable, bench.stack.clock).acquire(
    1,
  );
  await held?.rejected(fingerprint(CONNECTION.refresh_token));
  bench.stack.calls.answerNext('GetParameterCommand', async () => ({
    Parameter: { Value: JSON.stringify(CONNECTION) },
  }));
  await bench.plan('reconnect', DATES);
  expect((await deliver()).kept).toEqual([]);
  expect(oura.requests).toEqual([]);
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(1);
  expect(await causes()).toEqual(DATES.map(() => 'ReconnectNeeded'));
});

test('an outage does not end the batch, because the next window may succeed', async () => {
  await bench.plan('outage', DATES);
  answer(503);
  // Too little time for a repeat within the invocation.
  const { kept } = await bench.worker(oura, { timeLeftMs: 1_800 }).deliver();
  expect(kept.sort()).toEqual(DATES);
  expect(oura.requests).toHaveLength(12);
});
