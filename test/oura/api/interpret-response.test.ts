import { readFileSync } from 'node:fs';
import { failureOf } from '../../../shared/oura/api/interpret-response.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const errors = JSON.parse(readFileSync('test/fixtures/oura/samples/errors.json', 'utf8'));

const failure = (
  status: number,
  body: unknown = {},
  { headers = {}, collection = 'sleep' as 'sleep' | 'daily_spo2' } = {},
) => failureOf(collection, { status, headers }, async () => body, NOW);

test('reports the rejected field of a 422, and not its value', async () => {
  const rejected = await failure(422, errors.validation_422);
  expect(rejected).toMatchObject({
    name: 'OuraRejected',
    status: 422,
    detail: 'datetime_from_date_parsing at query.start_date',
  });
  expect(rejected?.message).not.toContain('2026-02-30');
});

test.each(['problem_json_400', 'missing_authorization_header_sandbox_400'])(
  'repeats no free text of a 400: %s',
  async (name) => {
    expect((await failure(400, errors[name]))?.message).toBe('Oura rejected the request to sleep (400)');
  },
);

test('a 401 says what to do', async () => {
  expect((await failure(401))?.message).toMatch(/reconnect.*scope daily/);
});

test.each([
  [{ detail: 'Token is missing the spo2 scope.' }, 'spo2'],
  [{ title: 'Unauthorized', detail: "Missing required scope: 'extapi:heart_health'" }, 'heart_health'],
  [{ message: 'The scope "ring_configuration" is required' }, 'ring_configuration'],
  [{ detail: 'Not authorized', required_scope: 'extapi:stress' }, 'stress'],
  [{ error_description: 'scope=spo2Daily was not granted' }, 'spo2Daily'],
])('a 401 with %j names the scope', async (body, scope) => {
  const rejected = await failure(401, body, { collection: 'daily_spo2' });
  expect(rejected).toMatchObject({ name: 'CredentialsRejected', scope, rejectsToken: true });
  expect(rejected?.message).toContain(`the scope ${scope} is missing: reconnect and grant it`);
});

test('a 401 names the scope of its header', async () => {
  const headers = {
    'www-authenticate': 'Bearer realm="oura", error="insufficient_scope", scope="spo2 daily"',
  };
  expect(await failure(401, undefined, { headers })).toMatchObject({ scope: 'spo2' });
});

test.each([
  undefined,
  'scope: spo2',
  [],
  { detail: 'Invalid daily token' },
  { detail: 'This token has no scope' },
  { detail: 7, scope: ['spo2'] },
  { scope: 'NOT A NAME' },
  { detail: 'scope: abcdefghijklmnopqrstuvwxyz0123456789' },
  { detail: 'scope: 4f9c2b7e' },
  { detail: 'Bearer realm "oura"' },
])('a 401 with %j names no scope', async (body) => {
  expect(await failure(401, body)).toMatchObject({ name: 'CredentialsRejected', scope: undefined });
});

test('a 403 names the membership or the scope as the cause', async () => {
  const forbidden = await failure(403, {}, { collection: 'daily_spo2' });
  expect(forbidden).toMatchObject({ name: 'AccessForbidden', scope: 'spo2' });
  expect(forbidden?.message).toMatch(/membership.*scope spo2/);
});

test.each([
  [403, { 'content-type': 'text/html; charset=UTF-8' }],
  [403, { 'content-type': 'application/json', 'cf-mitigated': 'challenge' }],
  [503, { 'content-type': 'text/html', 'cf-mitigated': 'challenge' }],
])('a %i with the headers %j is an outage', async (status, headers) => {
  expect(await failure(status, {}, { headers })).toMatchObject({
    name: 'OuraUnavailable',
    status,
    consequences: { retryable: true, action: null },
  });
});

test.each([
  [
    { status: 426, title: 'Upgrade Required', detail: 'The Oura app is too old.' },
    'The Oura app is too old.',
  ],
  [{ title: 'Subscription\r\nrequired\u0007' }, 'Subscription required'],
  [{ message: 'Write to someone@example.com, code 0123456789abcdef0123456789abcdef' }, 'Write to … code …'],
  [{ detail: `${'word '.repeat(60)}` }, 'word '.repeat(32)],
])('a 426 with %j says so', async (body, detail) => {
  const rejected = await failure(426, body);
  expect(rejected).toMatchObject({ name: 'OuraRejected', status: 426, detail });
  expect(rejected?.message).toBe(`Oura rejected the request to sleep (426): ${detail}`);
});

test.each([undefined, 'text', { detail: ['a'] }, { detail: ' ' }, { other: 'x' }])(
  'a 426 with %j says only its status',
  async (body) => {
    expect((await failure(426, body))?.message).toBe('Oura rejected the request to sleep (426)');
  },
);

test.each([200, 204, 301, 408, 429, 500, 503])('reads no body of a %i to decide', async (status) => {
  let reads = 0;
  await failureOf('sleep', { status, headers: {} }, async () => ++reads, NOW);
  expect(reads).toBe(0);
});

test('accepts only status 200', async () => {
  expect(await failure(200)).toBeUndefined();
});
