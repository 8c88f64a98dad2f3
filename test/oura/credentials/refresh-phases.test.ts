import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { credentialsFile } from '../../../services/local/data-folder/secret-file.ts';
import { createLog } from '../../../shared/aws/runtime/logger.ts';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { iso } from '../../../shared/core/clock.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { createAccessToken } from '../../../shared/oura/credentials/access-token.ts';
import { exchangeRefreshToken } from '../../../shared/oura/credentials/exchange-refresh-token.ts';
import {
  type Connection,
  fingerprint,
  parseConnection,
} from '../../../shared/oura/credentials/oauth-grant.ts';
import { type Answer, startHttpServer } from '../../helpers/http-server.ts';
import { testLog } from '../../helpers/log.ts';
import {
  openDroppingPort,
  SELF_SIGNED,
  startTcpServer,
  startTlsServer,
} from '../../helpers/socket-server.ts';
import { openTables, PARAMETER, type TestTables } from '../../helpers/tables.ts';

// Which failures spend a refresh token: those after its bytes were written to a connection, and no others.

const HOUR_S = 3_600;
/** Longer than any lease here: 6.2 s of an invocation and its margin. */
const LEASE_S = 17;
/** Leaves 1.2 s for an exchange, and so 0.6 s to connect. */
const timeLeft = () => 6_200;
const REFRESH_TOKEN = 'planted-refresh-token';
const PAIR = { access_token: 'next-access', refresh_token: 'next-refresh', expires_in: 86_400 };
const RESPONSE = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${JSON.stringify(PAIR)}`;

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(async () => {
  await tables.clear();
  tables.clock.set('2026-03-10T12:00:00-07:00');
});
afterAll(() => tables.stop());

/** Stores a connection whose token is refreshed at `token_url`. */
const connected = (token_url: string, changes: Partial<Connection> = {}): Connection => {
  const now = tables.clock.now();
  const connection: Connection = {
    client_id: 'client',
    client_secret: 'planted-secret',
    access_token: 'first-access',
    refresh_token: REFRESH_TOKEN,
    expires_at: iso(now + 24 * HOUR_S * 1000),
    token_url,
    fallback_token_url: null,
    scopes: ['daily', 'spo2'],
    connected_at: iso(now),
    refreshed_at: null,
    ...changes,
  };
  credentialsFile(tables.dataDir).write(JSON.stringify(connection));
  return connection;
};
const lease = () => createTokenRefreshLease(tables.raw, LOGICAL_ID.ouraSyncTable, tables.clock);
/** A process of its own. */
const token = (left = timeLeft): Promise<string> =>
  createAccessToken({
    store: parameterStore(tables.ssm, `ssm:${PARAMETER}`),
    lease: createTokenRefreshLease(tables.dynamodb, LOGICAL_ID.ouraSyncTable, tables.clock),
    clock: tables.clock,
    log: createLog('test', testLog().console),
  }).get(left);
const failure = (): Promise<Error> =>
  token().then(
    (found) => Promise.reject(new Error(`There was a token: ${fingerprint(found)}`)),
    (error: Error) => error,
  );
const stored = () => parseConnection(credentialsFile(tables.dataDir).read() ?? '') as Connection;

const UNSPENT = { spending: null, unanswered: 0, heldUntil: 0, rejected: null };

/** Tries three times, as a planner and two workers do, and shows that the connection has not suffered. */
const spendsNothing = async (url: string, code: RegExp, connect: typeof connected = connected) => {
  const connection = connect(url);
  tables.clock.advance(25 * HOUR_S);
  for (const _ of [1, 2, 3]) {
    expect(await failure()).toMatchObject({
      name: 'TokenRefreshFailed',
      message: expect.stringMatching(code),
    });
    expect(await lease().state()).toMatchObject(UNSPENT);
  }
  await using server = await startHttpServer();
  server.answers({ body: PAIR });
  credentialsFile(tables.dataDir).write(JSON.stringify({ ...connection, token_url: `${server.url}/token` }));
  expect(await token()).toBe('next-access');
};

describe('spends no refresh token', () => {
  test('if the name cannot be resolved', () =>
    spendsNothing('https://no-such-host.invalid/token', /ENOTFOUND|EAI_AGAIN/));

  test('if the connection is refused', async () => {
    const closed = await startHttpServer();
    await closed.close();
    await spendsNothing(`${closed.url}/token`, /ECONNREFUSED/);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('if packets are dropped, and gives up before the exchange has to end', async () => {
    await using dropping = await openDroppingPort();
    const begun = performance.now();
    await spendsNothing(`http://127.0.0.1:${dropping.port}/token`, /timeout/);
    // Three times 0.6 s to connect, and not 1.2 s.
    expect(performance.now() - begun).toBeLessThan(3_500);
  });

  test('if the server accepts the connection, and no handshake follows', async () => {
    await using server = await startTcpServer(() => {});
    await spendsNothing(`https://localhost:${server.port}/token`, /timeout/);
    expect(server.connections()).toBe(3);
    expect(server.received()).not.toContain(REFRESH_TOKEN);
  });

  test('if the connection is reset before the handshake is complete', async () => {
    await using server = await startTcpServer((socket) => socket.resetAndDestroy());
    await spendsNothing(`https://localhost:${server.port}/token`, /ECONNRESET/);
    expect(server.connections()).toBe(3);
  });

  test('if the server does not speak TLS', async () => {
    await using server = await startTcpServer((socket) => socket.end('HTTP/1.1 302 Found\r\n\r\n'));
    await spendsNothing(`https://localhost:${server.port}/token`, /ERR_SSL|EPROTO/);
  });

  test('if the certificate is not trusted', async () => {
    await using server = await startTlsServer((socket) => socket.end(RESPONSE));
    await spendsNothing(`https://localhost:${server.port}/token`, /SELF_SIGNED/);
    expect(server.connections()).toBe(3);
    expect(server.received()).toBe('');
  });

  test('if the certificate is for another name', async () => {
    await using server = await startTlsServer((socket) => socket.end(RESPONSE));
    await trusting(() => spendsNothing(`https://127.0.0.1:${server.port}/token`, /ALTNAME/));
    expect(server.received()).toBe('');
  });

  test('if the connection is reset before the request is written', async () => {
    const accepted: Socket[] = [];
    const server = createServer((socket) => accepted.push(socket))
      .listen(0, '127.0.0.1')
      .unref();
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const spend = async () => {
      while (accepted.length === 0) await sleep(5);
      accepted[0]?.resetAndDestroy();
      await sleep(100);
      return true;
    };
    const connection = connected(`http://127.0.0.1:${port}/token`);
    const exchange = await exchangeRefreshToken(connection, timeLeft, tables.clock.now(), spend);
    expect(exchange).toEqual({ outcome: 'refused', reason: 'it closed the connection', waitMs: 0 });
    server.close();
  });

  test('while it connects, if the process ends there', async () => {
    await using server = await startTcpServer(() => {});
    connected(`https://localhost:${server.port}/token`);
    tables.clock.advance(25 * HOUR_S);
    const failed = failure();
    while (server.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await lease().state()).toMatchObject({ spending: null, unanswered: 0, rejected: null });
    await failed;
  });

  test.each<[string, Answer]>([
    ['a redirect', { status: 302, headers: { location: 'http://portal.example/' }, body: '<html>' }],
    ['a challenge', { status: 403, headers: { 'cf-mitigated': 'challenge' }, body: '<html>' }],
    ['a broken 503', { status: 503, body: 'x'.repeat(100), fault: 'truncate' }],
  ])('if %s shows that no OAuth2 server processed it', async (_, answer) => {
    await using server = await startHttpServer();
    server.answers(answer);
    await spendsNothing(`${server.url}/token`, new RegExp(String(answer.status)));
    expect(server.requests).toHaveLength(3);
  });
});

/** Trusts {@link SELF_SIGNED} during `action`. */
async function trusting<T>(action: () => Promise<T>): Promise<T> {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, SELF_SIGNED]);
  try {
    return await action();
  } finally {
    tls.setDefaultCACertificates(before);
  }
}

test.each([200, 400])('reads at most 64 KB of a %i, after decompression', async (status) => {
  await using server = await startHttpServer();
  // It never ends by itself.
  server.answers({ status, fault: 'flood' });
  connected(`${server.url}/token`);
  tables.clock.advance(25 * HOUR_S);
  const begun = performance.now();
  // 10 s for the exchange.
  await expect(token(() => 15_000)).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('refreshes over TLS with a trusted certificate, in one request with the secret in its body', async () => {
  await using server = await startTlsServer((socket) => socket.end(RESPONSE));
  connected(`https://localhost:${server.port}/token?tenant=1`);
  tables.clock.advance(25 * HOUR_S);
  expect(await trusting(token)).toBe('next-access');
  expect(server.connections()).toBe(1);
  const [head = '', body = ''] = server.received().split('\r\n\r\n');
  expect(head).toMatch(/^POST \/token\?tenant=1 HTTP\/1\.1\r\n/);
  expect(head.toLowerCase()).toContain(`host: localhost:${server.port}\r\n`);
  expect(head.toLowerCase()).toContain('content-type: application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    grant_type: 'refresh_token',
    refresh_token: REFRESH_TOKEN,
    client_id: 'client',
    client_secret: 'planted-secret',
  });
});

const LOST: readonly [string, (socket: Socket) => void][] = [
  [
    'resets the connection',
    (socket) => (socket instanceof tls.TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  ],
  ['stays silent', () => {}],
  ['breaks off the pair', (socket) => socket.end(RESPONSE.slice(0, -20))],
];

describe.each(['http', 'https'])('over %s', (scheme) => {
  test.each(LOST)('spends a refresh token if the server %s after it was sent', async (_, answer) => {
    const start = scheme === 'http' ? startTcpServer : startTlsServer;
    await using server = await start(answer);
    const { refresh_token } = connected(`${scheme}://localhost:${server.port}/token`);
    tables.clock.advance(25 * HOUR_S);
    await trusting(async () => {
      expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed' });
      expect(await lease().state()).toMatchObject({
        spending: fingerprint(refresh_token),
        unanswered: 1,
        rejected: null,
      });
      tables.clock.advance(LEASE_S);
      expect(await failure()).toMatchObject({
        name: 'ReconnectNeeded',
        message: expect.stringContaining('its answer is lost'),
      });
    });
    expect(server.connections()).toBe(2);
    expect(server.received().split(REFRESH_TOKEN)).toHaveLength(3);
  });
});

test.each([200, 400, 401])(
  'keeps the connection while a captive portal answers %i with a web page, and sends the token once per lease',
  async (status) => {
    await using server = await startHttpServer();
    server.answers({ status, body: '<html>Sign in to the network</html>' });
    connected(`${server.url}/token`);
    tables.clock.advance(25 * HOUR_S);
    for (const _ of [1, 2, 3]) {
      expect(await failure()).toMatchObject({
        name: 'TokenRefreshFailed',
        message: expect.stringContaining('not as an OAuth2 server'),
      });
      tables.clock.advance(LEASE_S);
    }
    expect(server.requests).toHaveLength(3);
    server.answers({ body: PAIR });
    expect(await token()).toBe('next-access');
  },
);

test.each([6_201, 6_203.7, 60_000])(
  'refreshes with %p ms left, which need not be even or whole',
  async (left) => {
    await using server = await startHttpServer();
    server.answers({ body: PAIR });
    connected(`${server.url}/token`);
    tables.clock.advance(25 * HOUR_S);
    expect(await token(() => left)).toBe('next-access');
  },
);

test.each<[string, Answer]>([
  ['429', { status: 429, headers: { 'retry-after': '120' } }],
  ['503', { status: 503, headers: { 'retry-after': '120' } }],
])('waits as a %s requires, though its body cannot be decompressed', async (_, answer) => {
  await using server = await startHttpServer();
  const headers = { ...answer.headers, 'content-encoding': 'gzip' };
  server.answers({ ...answer, headers, body: 'this is not gzip' });
  connected(`${server.url}/token`);
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'TokenRefreshFailed', waitMs: 120_000 });
});

test('a rejection whose body cannot be read is final', async () => {
  await using server = await startHttpServer();
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  server.answers({ status: 400, headers, body: 'this is not gzip' });
  connected(`${server.url}/token`);
  tables.clock.advance(25 * HOUR_S);
  expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
});

test('reads a pair that claims to be a web page', async () => {
  await using server = await startHttpServer();
  server.answers({ body: JSON.stringify(PAIR), headers: { 'content-type': 'text/html' } });
  connected(`${server.url}/token`);
  tables.clock.advance(25 * HOUR_S);
  expect(await token()).toBe('next-access');
});

test('reads a pair that is compressed', async () => {
  await using server = await startTcpServer((socket) => {
    const body = gzipSync(JSON.stringify(PAIR));
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.end(body);
  });
  connected(`http://localhost:${server.port}/token`);
  tables.clock.advance(25 * HOUR_S);
  expect(await token()).toBe('next-access');
  expect(stored()).toMatchObject({ refresh_token: 'next-refresh' });
});

describe('an access token that is still valid', () => {
  const dueSoon = async (answer: Answer) => {
    const server = await startHttpServer();
    server.answers(answer);
    connected(`${server.url}/token`);
    tables.clock.advance(23.5 * HOUR_S);
    return server;
  };

  test('is used until it expires if the refresh token is rejected', async () => {
    await using server = await dueSoon({ status: 400, body: { error: 'invalid_grant' } });
    for (const _ of [1, 2]) expect(await token()).toBe('first-access');
    expect(await lease().state()).toMatchObject({ rejected: fingerprint(REFRESH_TOKEN) });
    tables.clock.advance(HOUR_S);
    expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
    expect(server.requests).toHaveLength(1);
  });

  test('is not used after Oura has rejected it together with its refresh', async () => {
    await using server = await dueSoon({ status: 400, body: { error: 'invalid_grant' } });
    tables.clock.advance(-HOUR_S);
    const held = await lease().acquire(1_000);
    await held?.rejected(fingerprint(REFRESH_TOKEN));
    tables.clock.advance(HOUR_S);
    expect(await failure()).toMatchObject({ name: 'ReconnectNeeded' });
    expect(server.requests).toHaveLength(0);
  });
});
