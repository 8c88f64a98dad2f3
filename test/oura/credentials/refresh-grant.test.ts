import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { credentialsFile } from '../../../services/local/data-folder/secret-file.ts';
import type { Fault } from '../../../services/ring-simulator/api/faults.ts';
import type { OAuthOptions } from '../../../services/ring-simulator/oauth/server.ts';
import { type RingSimulator, startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { createLog } from '../../../shared/aws/runtime/logger.ts';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { type AccessToken, createAccessToken } from '../../../shared/oura/credentials/access-token.ts';
import {
  type Connection,
  fingerprint,
  parseConnection,
} from '../../../shared/oura/credentials/oauth-grant.ts';
import { APPLICATION, connect, newConnection, tokenUrls } from '../../helpers/connected.ts';
import { startHttpServer } from '../../helpers/http-server.ts';
import { type TestLog, testLog } from '../../helpers/log.ts';
import { openTables, PARAMETER, type TestTables } from '../../helpers/tables.ts';

const HOUR_S = 3_600;
/** Longer than any lease here: 30 s of an invocation and its margin. */
const LEASE_S = 41;

let tables: TestTables;
let ring: RingSimulator;
let log: TestLog;
const rings: RingSimulator[] = [];
const start = async (oauth: Partial<OAuthOptions> = {}, portal: 'cloud' | 'developer' = 'cloud') => {
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: tables.clock,
    oauth: { applications: [{ ...APPLICATION, portal }], ...oauth },
  });
  rings.push(ring);
};
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(async () => {
  await tables.clear();
  tables.clock.set('2026-03-10T12:00:00-07:00');
  log = testLog();
  await start();
});
afterEach(async () => {
  await Promise.all(rings.splice(0).map((each) => each.stop()));
});
afterAll(() => tables.stop());

const timeLeft = () => 30_000;
/** Too little for an exchange; 200 ms of waiting for that of another process. */
const SHORT = () => 1_200;
/** A process of its own: it shares the store and the ledger with others, nothing else. */
const process = (): AccessToken =>
  createAccessToken({
    store: parameterStore(tables.ssm, `ssm:${PARAMETER}`),
    lease: createTokenRefreshLease(tables.dynamodb, LOGICAL_ID.ouraSyncTable, tables.clock),
    clock: tables.clock,
    log: createLog('test', log.console),
  });
const stored = (): Connection => parseConnection(credentialsFile(tables.dataDir).read() ?? '') as Connection;
const connected = (changes: Partial<Connection> = {}): Connection =>
  connect(tables.dataDir, ring, tables.clock, changes);
const get = (source = process()): Promise<string> => source.get(timeLeft);
const failure = (source = process()): Promise<Error> =>
  get(source).then(
    (token) => {
      throw new Error(`There was a token: ${fingerprint(token)}`);
    },
    (error: Error) => error,
  );
const ledger = () => createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock).state();
/** The next request at a token URL suffers `fault`; `reset`, `truncated` and the like strike after the exchange where they have one. */
const tokenFault = (fault: Fault, count = 1) => ring.faults.next(count, fault, { collection: 'token' });

test('uses a token that has not expired', async () => {
  const { access_token } = connected();
  expect(await get()).toBe(access_token);
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('refreshes a token an hour before it expires, and stores the new pair', async () => {
  const before = connected();
  const source = process();
  tables.clock.advance(23 * HOUR_S - 1);
  expect(await get(source)).toBe(before.access_token);
  tables.clock.advance(1);
  const token = await get(source);
  expect(token).not.toBe(before.access_token);
  expect(stored()).toEqual({
    ...before,
    access_token: token,
    refresh_token: expect.not.stringContaining(before.refresh_token),
    expires_at: '2026-03-12T18:00:00.000Z',
    refreshed_at: '2026-03-11T18:00:00.000Z',
  });
  expect(ring.oauth.tokenCalls).toEqual([
    expect.objectContaining({ grantType: 'refresh_token', status: 200, portal: 'cloud' }),
  ]);
  expect(await ledger()).toMatchObject({
    heldUntil: 0,
    spending: null,
    replaced: fingerprint(before.refresh_token),
  });
});

test('one of eight processes with an expired token refreshes, and all use the new one', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  const tokens = await Promise.all(Array.from({ length: 8 }, () => get()));
  expect(ring.oauth.tokenCalls).toHaveLength(1);
  expect(new Set(tokens)).toEqual(new Set([stored().access_token]));
});

test('while one process refreshes, the others use the old token until it expires', async () => {
  const { access_token } = connected();
  tables.clock.advance(23.5 * HOUR_S);
  const lease = createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock);
  await lease.acquire(60_000);
  expect(await get()).toBe(access_token);
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('a process that waits for another one gives up in time, to retry later', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  await createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock).acquire(60_000);
  const begun = performance.now();
  await expect(process().get(SHORT)).rejects.toMatchObject({
    name: 'TokenRefreshFailed',
    consequences: { retryable: true },
  });
  expect(performance.now() - begun).toBeLessThan(SHORT());
});

test('starts no exchange without the time to store the new pair', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  await expect(process().get(() => 5_500)).rejects.toMatchObject({ name: 'TokenRefreshFailed' });
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('reports a rejected refresh at once, and no process sends it again', async () => {
  connected();
  ring.oauth.revokeAll();
  tables.clock.advance(25 * HOUR_S);
  for (const _ of [1, 2, 3]) {
    expect(await failure()).toMatchObject({
      name: 'ReconnectNeeded',
      consequences: { retryable: false },
      message: expect.stringContaining('npm run connect'),
    });
  }
  expect(ring.oauth.tokenCalls).toHaveLength(1);
  expect(await ledger()).toMatchObject({ rejectedAt: '2026-03-11T20:00:00.000Z', heldUntil: 0 });
});

test('a new connection replaces a rejected one', async () => {
  connected();
  ring.oauth.revokeAll();
  tables.clock.advance(25 * HOUR_S);
  const source = process();
  await failure(source);
  const { access_token } = connected();
  expect(await get(source)).toBe(access_token);
});

test('if the wrong portal rejects, requests the other one once and uses it from then on', async () => {
  await start({}, 'developer');
  const { cloud, developer } = tokenUrls(ring);
  connected({ token_url: cloud, fallback_token_url: developer });
  tables.clock.advance(25 * HOUR_S);
  expect(await get()).toBe(stored().access_token);
  expect(stored()).toMatchObject({
    token_url: developer,
    fallback_token_url: cloud,
    scopes: ['daily', 'spo2'],
  });
  tables.clock.advance(25 * HOUR_S);
  await get();
  expect(ring.oauth.tokenCalls.map(({ portal, status }) => [portal, status])).toEqual([
    ['cloud', 400],
    ['developer', 200],
    ['developer', 200],
  ]);
});

test.each<Fault>(['unavailable', 'internal_error'])(
  'a refresh token that its own portal rejects is dead, though the other portal is away: %s',
  async (fault) => {
    await using other = await startHttpServer();
    other.answers({ status: fault === 'unavailable' ? 503 : 500 });
    connected({ fallback_token_url: `${other.url}/token` });
    ring.oauth.revokeAll();
    tables.clock.advance(25 * HOUR_S);
    expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
    expect(other.requests).toHaveLength(1);
  },
);

test('a portal that does not know the application decides nothing while the other one is unavailable', async () => {
  await start({}, 'developer');
  await using other = await startHttpServer();
  other.answers({ status: 503 });
  connected({ token_url: tokenUrls(ring).cloud, fallback_token_url: `${other.url}/token` });
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed' });
  expect(await ledger()).toMatchObject({ rejected: null, heldUntil: 0 });
});

test('sends one request to each portal if both reject', async () => {
  const { cloud, developer } = tokenUrls(ring);
  connected({ token_url: cloud, fallback_token_url: developer });
  ring.oauth.revokeAll();
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  expect(ring.oauth.tokenCalls.map(({ portal }) => portal)).toEqual(['cloud', 'developer']);
});

test('after a lost response, retries once, and only after the old token has expired', async () => {
  const { access_token } = connected();
  tables.clock.advance(23.5 * HOUR_S);
  tokenFault('truncated');
  expect(await get()).toBe(access_token);
  tables.clock.advance(LEASE_S);
  expect(await get()).toBe(access_token);
  expect(ring.oauth.tokenCalls).toHaveLength(1);
  tables.clock.advance(HOUR_S);
  expect(await failure()).toMatchObject({
    name: 'ReconnectNeeded',
    message: expect.stringContaining('lost'),
  });
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  expect(ring.oauth.tokenCalls.map(({ status }) => status)).toEqual([200, 400]);
});

test('repeats a lost request once, after the lease has expired', async () => {
  const pair = { access_token: 'next-access', refresh_token: 'next-refresh', expires_in: 86_400 };
  await using server = await startHttpServer();
  server.answers({ fault: 'reset' }, { body: pair });
  connected({ token_url: `${server.url}/token` });
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed', consequences: { retryable: true } });
  // No process sends it again while its holder may still be working on it.
  await expect(process().get(SHORT)).rejects.toMatchObject({ name: 'TokenRefreshFailed' });
  expect(server.requests).toHaveLength(1);
  tables.clock.advance(LEASE_S);
  expect(await get()).toBe('next-access');
  expect(stored()).toMatchObject({ refresh_token: 'next-refresh', expires_at: '2026-03-12T20:00:41.000Z' });
});

test('makes no third attempt after two lost responses', async () => {
  await using server = await startHttpServer();
  server.answers({ fault: 'reset' });
  connected({ token_url: `${server.url}/token` });
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed' });
  for (const _ of [1, 2]) {
    tables.clock.advance(LEASE_S);
    expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  }
  expect(server.requests).toHaveLength(2);
});

test('a crash in the second attempt makes it the last one', async () => {
  const { refresh_token } = connected();
  tables.clock.advance(25 * HOUR_S);
  const lease = createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock);
  await (await lease.acquire(1_000))?.spend(fingerprint(refresh_token), 2);
  tables.clock.advance(1);
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('retries a failing server each time the lease has expired', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  tokenFault('internal_error', 4);
  for (const _ of [1, 2, 3, 4]) {
    expect(await failure()).toMatchObject({
      name: 'TokenRefreshFailed',
      message: expect.stringContaining('500'),
    });
    tables.clock.advance(LEASE_S);
  }
  expect(await get()).toBe(stored().access_token);
});

test('a server that cannot be reached uses up no attempt', async () => {
  const closed = await startHttpServer();
  await closed.close();
  connected({ token_url: `${closed.url}/token` });
  tables.clock.advance(25 * HOUR_S);
  for (const _ of [1, 2, 3]) {
    expect(await failure()).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  }
  expect(await ledger()).toMatchObject({ spending: null, unanswered: 0, heldUntil: 0, rejected: null });
});

test('every process waits for the rest of a rate limit of the token URL', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  tokenFault({ kind: 'rate_limited', retryAfterSeconds: 120 });
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed', waitMs: 120_000 });
  tables.clock.advance(100);
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed', waitMs: 20_000 });
  expect(ring.oauth.tokenCalls).toEqual([]);
  tables.clock.advance(20);
  expect(await get()).toBe(stored().access_token);
});

test('a connection made during a refresh stays', async () => {
  await start({ answerDelayMs: () => 200 });
  connected();
  tables.clock.advance(25 * HOUR_S);
  const mine = newConnection(ring, tables.clock);
  const refreshed = get();
  while (ring.oauth.tokenCalls.length === 0) await sleep(5);
  credentialsFile(tables.dataDir).write(JSON.stringify(mine));
  expect(await refreshed).toBe(mine.access_token);
  expect(stored()).toEqual(mine);
  expect(await ledger()).toMatchObject({ heldUntil: 0, rejected: null });
});

test('retries storing a new pair for as long as the invocation lasts', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  let left = 900_000;
  // Every failed write takes 3 minutes. One that never ends counts as failed, too.
  const failing = async () => {
    left -= 180_000;
    throw new Error('throttled');
  };
  for (const fail of [failing, failing, () => new Promise<never>(() => {}), failing])
    tables.calls.answerNext('PutParameterCommand', fail);
  expect(await process().get(() => left)).toBe(stored().access_token);
  expect(tables.calls.of('PutParameterCommand')).toHaveLength(5);
  expect(log.text()).toContain('does not answer');
});

test('stops storing a new pair in time to report the failure', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  let left = 30_000;
  for (const _ of [1, 2, 3])
    tables.calls.answerNext('PutParameterCommand', async () => {
      left -= 9_900;
      throw new Error('throttled');
    });
  await expect(process().get(() => left)).rejects.toThrow('throttled');
  expect(tables.calls.of('PutParameterCommand')).toHaveLength(3);
});

test('a write whose response was lost counts as made', async () => {
  const before = connected();
  tables.clock.advance(25 * HOUR_S);
  tables.calls.answerNext('PutParameterCommand', async ({ Value }) => {
    credentialsFile(tables.dataDir).write(String(Value));
    throw new Error('socket hang up');
  });
  expect(await get()).toBe(stored().access_token);
  expect(tables.calls.of('PutParameterCommand')).toHaveLength(1);
  expect(await ledger()).toMatchObject({ spending: null, replaced: fingerprint(before.refresh_token) });
});

test('logs no message of the store about a rejected pair, because it may repeat the pair', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  let left = timeLeft();
  for (const _ of [1, 2, 3])
    tables.calls.answerNext('PutParameterCommand', async ({ Value }) => {
      left -= 9_900;
      throw Object.assign(new Error(`Value ${Value} is refused`), { name: 'ValidationException' });
    });
  const error = await process()
    .get(() => left)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'ApiKeyMissing',
    message: expect.stringContaining('ValidationException'),
  });
  const said = log.text() + inspect(error, { depth: 20, showHidden: true });
  expect(said).toContain('could not be stored');
  for (const secret of ring.oauth.secrets) expect(said).not.toContain(secret);
});

test('overwrites a SecureString that may exceed the standard tier', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  await get();
  expect(tables.calls.of('PutParameterCommand')).toEqual([
    {
      Name: PARAMETER,
      Value: JSON.stringify(stored()),
      Type: 'SecureString',
      Overwrite: true,
      Tier: 'Intelligent-Tiering',
    },
  ]);
});

test('waits while the store still returns the replaced pair', async () => {
  const old = connected();
  tables.clock.advance(25 * HOUR_S);
  await get();
  const value = JSON.stringify(old);
  tables.calls.answerNext('GetParameterCommand', async () => ({ Parameter: { Value: value } }));
  expect(await get()).toBe(stored().access_token);
  expect(ring.oauth.tokenCalls).toHaveLength(1);
});

test('a holder that has lost its lease does not send the refresh token', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  const lease = createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock);
  let sentMeanwhile: number | undefined;
  // It has the lease, and stops before it records the attempt.
  tables.calls.beforeNext('UpdateItemCommand', async () => {});
  tables.calls.beforeNext('UpdateItemCommand', async () => {
    tables.clock.advance(LEASE_S);
    const other = await lease.acquire(60_000);
    setTimeout(() => {
      sentMeanwhile = ring.oauth.tokenCalls.length;
      void other?.release();
    }, 150);
  });
  expect(await get()).toBe(stored().access_token);
  expect([sentMeanwhile, ring.oauth.tokenCalls.length]).toEqual([0, 1]);
});

test('refreshes an access token that Oura rejects early once, not at each rejection', async () => {
  const { access_token } = connected();
  const source = process();
  await get(source);
  ring.oauth.expireAccessTokens();
  expect(await source.renew(timeLeft)).toBe(true);
  const second = await get(source);
  expect(second).not.toBe(access_token);
  for (const other of [source, process()]) {
    await get(other);
    expect(await other.renew(timeLeft)).toBe(false);
  }
  expect(ring.oauth.tokenCalls).toHaveLength(1);
  // The next due refresh allows another early one.
  tables.clock.advance(25 * HOUR_S);
  await get(source);
  expect(await source.renew(timeLeft)).toBe(true);
  expect(ring.oauth.tokenCalls).toHaveLength(3);
});

test('if Oura rejects the access token and its refresh, every process needs a new connection', async () => {
  connected();
  const source = process();
  await get(source);
  ring.oauth.revokeAll();
  await expect(source.renew(timeLeft)).rejects.toMatchObject({ name: 'ReconnectNeeded' });
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
  expect(ring.oauth.tokenCalls).toHaveLength(1);
});

test('no log line and no error holds a secret', async () => {
  connected();
  tables.clock.advance(25 * HOUR_S);
  const errors: unknown[] = [];
  for (const fault of ['reset', 'internal_error', 'unavailable', 'rate_limited', 'html'] as const) {
    tokenFault(fault);
    errors.push(await get().catch((error: unknown) => error));
    tables.clock.advance(HOUR_S);
  }
  await get().catch(() => undefined);
  connected();
  tables.clock.advance(25 * HOUR_S);
  await get();
  ring.oauth.revokeAll();
  tables.clock.advance(25 * HOUR_S);
  errors.push(await failure());
  expect(errors.filter((error) => error instanceof Error).length).toBeGreaterThan(3);
  const said = log.text() + inspect(errors, { depth: 20, showHidden: true });
  expect(said).toContain('Refreshed the access token');
  for (const secret of [...ring.oauth.secrets, APPLICATION.client_secret]) expect(said).not.toContain(secret);
});
