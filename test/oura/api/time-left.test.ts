import { createOuraClient } from '../../../shared/oura/api/client.ts';
import { REQUEST } from '../../../shared/oura/pace/limits.ts';
import { type Answer, startHttpServer, type TestServer } from '../../helpers/http-server.ts';

const RANGE = { start_date: '2026-03-08', end_date: '2026-03-12' };
const EMPTY = { body: { data: [], next_token: null } };

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

/** Asks for one page with `ms` left, and says how it ended and after how long. */
const askWithin = async (ms: number, retryBaseMs = 1) => {
  const begun = performance.now();
  const client = createOuraClient({
    baseUrl: server.url,
    accessToken: async () => 'token',
    timeLeft: () => ms - (performance.now() - begun),
    retryBaseMs,
  });
  const error = await client
    .pages('sleep', RANGE)
    .next()
    .then(
      () => undefined,
      (thrown) => thrown,
    );
  return { error, tookMs: performance.now() - begun };
};

test.each<[string, Answer]>([
  ['does not answer', { fault: 'hang' }],
  ['drips its response', { fault: 'drip' }],
])('gives up on a server that %s before the reserve is used', async (_, answer) => {
  server.answers(answer);
  const { error, tookMs } = await askWithin(REQUEST.reserveMs + 400);
  expect(error).toMatchObject({
    name: 'OuraUnavailable',
    what: 'timeout',
    consequences: { retryable: true },
  });
  expect(tookMs).toBeGreaterThan(350);
  expect(tookMs).toBeLessThan(400 + REQUEST.reserveMs / 2);
  expect(server.requests).toHaveLength(1);
});

test('sends no request if no attempt fits', async () => {
  server.answers(EMPTY);
  const { error } = await askWithin(REQUEST.reserveMs + REQUEST.leastMs - 10);
  expect(error).toMatchObject({
    name: 'OuraUnavailable',
    what: 'no time left',
    consequences: { retryable: true },
  });
  expect(server.requests).toHaveLength(0);
});

test('does not wait for a retry that would not fit', async () => {
  server.answers({ status: 500 });
  const { error, tookMs } = await askWithin(REQUEST.reserveMs + 1_000, 2_000);
  expect(error).toMatchObject({ name: 'OuraUnavailable', status: 500 });
  expect(tookMs).toBeLessThan(500);
});

test('retries after a timeout if there is time, with its own bound', async () => {
  server.answersBy(() => (server.requests.length === 1 ? { fault: 'hang' } : { delayMs: 500, ...EMPTY }));
  const client = createOuraClient({
    baseUrl: server.url,
    accessToken: async () => 'token',
    timeLeft: () => (server.requests.length === 0 ? REQUEST.reserveMs + 300 : 60_000),
    retryBaseMs: 1,
  });
  expect(await client.pages('sleep', RANGE).next()).toMatchObject({ value: [] });
  expect(server.requests).toHaveLength(2);
});

test('waits out a short wait of a 429', async () => {
  server.answers({ status: 429, headers: { 'retry-after': '1' } }, EMPTY);
  const { error } = await askWithin(10_000);
  expect(error).toBeUndefined();
  const [first, second] = server.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(995);
});

test.each([
  ['longer', { 'retry-after': '60' }, 60_000],
  ['without naming a wait', {}, 60_000],
])('leaves a 429 that requires to wait %s to the queue', async (_, headers, waitMs) => {
  server.answers({ status: 429, headers }, EMPTY);
  const { error } = await askWithin(60_000);
  expect(error).toMatchObject({ name: 'OuraRateLimited', consequences: { retryable: true }, waitMs });
  expect(server.requests).toHaveLength(1);
});
