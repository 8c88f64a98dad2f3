import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { FIELDS } from '../../../shared/core/collections.ts';
import { createOuraClient } from '../../../shared/oura/api/client.ts';
import type { HttpOptions } from '../../../shared/oura/api/http.ts';
import { USER_AGENT } from '../../../shared/oura/api/http.ts';
import { ApiKeyMissing } from '../../../shared/oura/errors.ts';
import { startHttpServer, type TestServer } from '../../helpers/http-server.ts';

const TOKEN = 'SECRET-TOKEN-7f3a';
const RANGE = { start_date: '2026-03-08', end_date: '2026-03-12' };
const EMPTY = { body: { data: [], next_token: null } };

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const clientWith = (options: Partial<HttpOptions> = {}) =>
  createOuraClient({
    baseUrl: server.url,
    accessToken: async () => TOKEN,
    timeLeft: () => 60_000,
    retryBaseMs: 1,
    ...options,
  });

const read = async (options: Partial<HttpOptions> = {}): Promise<unknown[]> => {
  const records: unknown[] = [];
  for await (const page of clientWith(options).pages('sleep', RANGE)) records.push(...page);
  return records;
};

const failureOf = (promise: Promise<unknown>): Promise<Error & Record<string, unknown>> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );

test('follows next_token and repeats range and fields', async () => {
  server.answers({ body: { data: [1], next_token: 'a b+c' } }, { body: { data: [2], next_token: null } });
  expect(await read()).toEqual([1, 2]);
  const asked = { ...RANGE, fields: FIELDS.sleep.join(',') };
  expect(server.requests.map(({ query }) => query)).toEqual([asked, { ...asked, next_token: 'a b+c' }]);
});

test.each([
  ['absent', {}],
  ['empty', { next_token: '' }],
])('treats a next_token that is %s as the end', async (_, end) => {
  server.answers({ body: { data: [1], ...end } });
  expect(await read()).toEqual([1]);
  expect(server.requests).toHaveLength(1);
});

test('sends the token as bearer, and a User-Agent', async () => {
  server.answers(EMPTY);
  await read();
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    path: '/v2/usercollection/sleep',
    headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': USER_AGENT },
  });
});

test('sends the package version in its User-Agent', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(USER_AGENT).toBe(`${name}/${version}`);
});

test('accepts a trailing slash in the base URL', async () => {
  server.answers(EMPTY);
  await read({ baseUrl: `${server.url}//` });
  expect(server.requests[0]?.path).toBe('/v2/usercollection/sleep');
});

test.each([
  '',
  'api.ouraring.com',
  'file:///etc/passwd',
  'http://192.168.1.2',
  'https://me:word@api.ouraring.com',
])('refuses %j as base URL by the name of its variable', (baseUrl) => {
  expect(() => clientWith({ baseUrl })).toThrow(/OURA_API_BASE_URL/);
});

test('ignores a proxy in the environment', async () => {
  server.answers(EMPTY);
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
  try {
    expect(await read({ retries: 0 })).toEqual([]);
  } finally {
    delete process.env['HTTP_PROXY'];
  }
});

test('reads only the id of personal_info', async () => {
  server.answers({ body: { id: 'user-1', age: 41, email: 'someone@example.com' } });
  expect(await clientWith().personalInfo()).toEqual({ id: 'user-1' });
});

test.each([
  ['a connection reset', { fault: 'reset' }, { what: 'network error', code: 'ECONNRESET' }],
  [
    'a truncated body',
    { fault: 'truncate', body: { data: [1, 2, 3], next_token: null } },
    { what: 'malformed body' },
  ],
  ['HTML with 200', { body: '<html>Just a moment</html>' }, { what: 'malformed body', status: 200 }],
  ['JSON that is no object', { body: [] }, { what: 'malformed body' }],
  ['data that is not an array', { body: { data: {}, next_token: null } }, { what: 'malformed body' }],
  ['a next_token that is not text', { body: { data: [], next_token: 7 } }, { what: 'malformed body' }],
  ['an empty body', { body: '' }, { what: 'malformed body' }],
  ['204', { status: 204, body: '' }, { what: 'unexpected status', status: 204 }],
  ['500', { status: 500, body: '<html>' }, { what: 'unexpected status', status: 500 }],
  ['503', { status: 503 }, { what: 'unexpected status', status: 503 }],
  ['408', { status: 408 }, { what: 'unexpected status', status: 408 }],
] as const)('takes %s for OuraUnavailable, after repeating it', async (_, answer, expected) => {
  server.answers(answer);
  const error = await failureOf(read({ retries: 2 }));
  expect(error).toMatchObject({
    name: 'OuraUnavailable',
    consequences: { retryable: true },
    collection: 'sleep',
    ...expected,
  });
  expect(server.requests).toHaveLength(3);
});

test('throws OuraUnavailable if the server cannot be reached', async () => {
  await server.close();
  expect(await failureOf(read({ retries: 1 }))).toMatchObject({
    name: 'OuraUnavailable',
    code: 'ECONNREFUSED',
  });
});

test('recovers if a retry succeeds, on a later page too', async () => {
  server.answers(
    { status: 502 },
    { body: { data: [1], next_token: 'n' } },
    { fault: 'reset' },
    { body: 'oops' },
    { body: { data: [2], next_token: null } },
  );
  expect(await read()).toEqual([1, 2]);
});

test.each([
  [400, { detail: 'Missing auth token.' }, 'OuraRejected'],
  [401, {}, 'CredentialsRejected'],
  [403, {}, 'AccessForbidden'],
  [404, {}, 'OuraRejected'],
  [422, {}, 'OuraRejected'],
  [426, {}, 'OuraRejected'],
])('does not retry a %i', async (status, body, name) => {
  server.answers({ status, body });
  expect(await failureOf(read())).toMatchObject({
    name,
    consequences: { retryable: false },
    collection: 'sleep',
  });
  expect(server.requests).toHaveLength(1);
});

test('follows no redirect, so that the token stays with its host', async () => {
  await using other = await startHttpServer();
  server.answers({ status: 302, headers: { location: `${other.url}/elsewhere` } });
  expect(await failureOf(read({ retries: 0 }))).toMatchObject({ name: 'OuraUnavailable', status: 302 });
  expect(other.requests).toHaveLength(0);
});

test('keeps its connection, after a failed response that it has read too', async () => {
  server.answers({ body: { data: [], next_token: 'a' } }, { status: 401 });
  await failureOf(read());
  server.answers(EMPTY);
  await read();
  expect(server.requests).toHaveLength(3);
  expect(new Set(server.requests.map(({ port }) => port)).size).toBe(1);
});

test('stops at a next_token that repeats', async () => {
  server.answers({ body: { data: [1], next_token: 'again' } });
  expect(await failureOf(read())).toMatchObject({ name: 'OuraUnavailable', what: 'repeating next_token' });
  expect(server.requests).toHaveLength(2);
});

test('stops after too many pages', async () => {
  let page = 0;
  server.answersBy(() => ({ body: { data: [], next_token: `page-${++page}` } }));
  expect(await failureOf(read())).toMatchObject({ name: 'OuraUnavailable', what: 'too many pages' });
  expect(server.requests).toHaveLength(200);
});

test('passes on an error of the token source', async () => {
  const missing = new ApiKeyMissing({ parameter: '/oura/api-key', reason: 'does not exist' });
  expect(await failureOf(read({ accessToken: () => Promise.reject(missing) }))).toBe(missing);
  expect(server.requests).toHaveLength(0);
});

test('observes each attempt', async () => {
  server.answers({ status: 500 }, { fault: 'reset' }, EMPTY);
  const calls: unknown[] = [];
  await read({ observe: (call) => calls.push({ ...call, ms: call.ms >= 0 }) });
  expect(calls).toEqual([
    { collection: 'sleep', status: 500, ms: true, attempt: 1 },
    { collection: 'sleep', status: 'network', ms: true, attempt: 2 },
    { collection: 'sleep', status: 200, ms: true, attempt: 3 },
  ]);
});

test.each([
  { status: 401, body: { detail: `Bearer ${TOKEN}` } },
  { status: 403, body: { detail: TOKEN } },
  { status: 422, body: { detail: [{ type: 'x y', loc: ['query', TOKEN], msg: TOKEN, input: 'HEALTH-91' }] } },
  { status: 429, headers: { 'retry-after': '3600' } },
  { status: 500, body: 'HEALTH-91' },
  { body: 'HEALTH-91 is not JSON' },
  { fault: 'reset' },
  { fault: 'truncate', body: { data: ['HEALTH-91'] } },
] as const)('reveals neither the token nor a health value of %j at any depth', async (answer) => {
  server.answers(answer);
  const error = await failureOf(read({ retries: 1 }));
  const revealed = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack;
  expect(revealed).not.toMatch(/SECRET-TOKEN|HEALTH-91/);
});
