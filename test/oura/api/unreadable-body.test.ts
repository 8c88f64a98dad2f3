import { gzipSync } from 'node:zlib';
import { createOuraClient } from '../../../shared/oura/api/client.ts';
import type { OuraFailure } from '../../../shared/oura/errors.ts';
import { type Answer, startHttpServer, type TestServer } from '../../helpers/http-server.ts';

const TOKEN = 'SECRET-TOKEN-7f3a';
const RANGE = { start_date: '2026-03-08', end_date: '2026-03-12' };
const MIB = 1024 * 1024;

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const observed: unknown[] = [];
const failure = async (answer: Answer): Promise<OuraFailure> => {
  server.answers(answer);
  observed.length = 0;
  const client = createOuraClient({
    baseUrl: server.url,
    accessToken: async () => TOKEN,
    timeLeft: () => 60_000,
    retries: 0,
    observe: ({ status }) => observed.push(status),
  });
  return client
    .pages('sleep', RANGE)
    .next()
    .then(
      () => Promise.reject(new Error('it did not fail')),
      (error) => error,
    );
};

const encoded = (encoding: string) => ({ 'content-encoding': encoding, 'content-type': 'application/json' });
const JSON_TYPE = { 'content-type': 'application/json' };
const HALF_GZIP = gzipSync('{"detail":"x"}').subarray(0, 12).toString('latin1');

const BODIES: Record<string, Answer> = {
  'in gzip that is none': { headers: encoded('gzip'), body: 'no gzip' },
  'in gzip that ends early': { headers: encoded('gzip'), body: HALF_GZIP },
  'in brotli that is none': { headers: encoded('br'), body: 'no brotli' },
  'that breaks off': { headers: JSON_TYPE, body: 'x'.repeat(1_000), fault: 'truncate' },
  'that never ends': { headers: JSON_TYPE, fault: 'drip' },
  'that is empty': { headers: JSON_TYPE, body: '' },
  'of 5 MiB': { headers: JSON_TYPE, body: 'x'.repeat(5 * MIB) },
  'that is no JSON': { headers: JSON_TYPE, body: '<html>' },
};

const VERDICTS = [
  [429, { 'retry-after': '3600' }, { name: 'OuraRateLimited', waitMs: 3_600_000 }],
  [401, {}, { name: 'CredentialsRejected', scope: undefined, rejectsToken: true }],
  [403, {}, { name: 'AccessForbidden' }],
  [422, {}, { name: 'OuraRejected', isTooMuch: true, detail: undefined }],
  [426, {}, { name: 'OuraRejected', detail: undefined }],
  [503, {}, { name: 'OuraUnavailable', what: 'unexpected status' }],
  [302, { location: '/elsewhere' }, { name: 'OuraUnavailable', what: 'unexpected status' }],
] as const;

test.each(
  VERDICTS.flatMap(([status, headers, verdict]) =>
    Object.entries(BODIES).map(([kind, answer]) => ({ status, headers, verdict, kind, answer })),
  ),
)('a $status with a body $kind is judged by its status', async ({ status, headers, verdict, answer }) => {
  const error = await failure({ ...answer, status, headers: { ...answer.headers, ...headers } });
  expect(error).toMatchObject({ ...verdict, status });
  expect(observed).toEqual([status]);
  expect(server.requests).toHaveLength(1);
});

test.each(['gzip', 'br'])('a 200 whose %s is none is malformed, and is requested again', async (encoding) => {
  expect(await failure({ headers: encoded(encoding), body: 'no such thing' })).toMatchObject({
    name: 'OuraUnavailable',
    what: 'malformed body',
    isRepeatable: true,
  });
  expect(observed).toEqual(['network']);
});

test('a 200 of more than 4 MiB asks for less', async () => {
  expect(await failure({ headers: JSON_TYPE, body: `"${'x'.repeat(4 * MIB)}"` })).toMatchObject({
    what: 'too large',
    isTooMuch: true,
    isRepeatable: false,
  });
});

test('an explanation that repeats the token is dropped', async () => {
  const error = await failure({ status: 426, body: { detail: `Upgrade ${TOKEN}` } });
  expect(error.message).toBe('Oura rejected the request to sleep (426)');
});

test('a readable explanation is part of the message', async () => {
  expect((await failure({ status: 426, body: { detail: 'Renew' } })).message).toMatch(/\(426\): Renew$/);
  expect((await failure({ status: 401, body: { detail: 'scope: spo2' } })).message).toContain('scope spo2');
});

test.each([
  [403, { 'cf-mitigated': 'challenge' }],
  [403, {}],
  [503, {}],
])('a %i that is a web page (%j) is an outage', async (status, headers) => {
  expect(await failure({ status, headers, body: '<html>Just a moment</html>' })).toMatchObject({
    name: 'OuraUnavailable',
    status,
    consequences: { retryable: true, endsBatch: false, action: null },
  });
});
