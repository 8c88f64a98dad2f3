import { checkCredentials } from '../../../shared/oura/api/check-credentials.ts';
import { createOuraClient } from '../../../shared/oura/api/client.ts';
import { ReconnectNeeded, TokenRefreshFailed } from '../../../shared/oura/errors.ts';
import { type Answer, startHttpServer, type TestServer } from '../../helpers/http-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const check = (
  answers: { sleep: Answer; personal_info?: Answer },
  renew?: Parameters<typeof checkCredentials>[2],
) => {
  server.answersBy(({ path }) =>
    path.endsWith('/sleep') ? answers.sleep : (answers.personal_info ?? { status: 500 }),
  );
  const options = { accessToken: async () => 'token', timeLeft: () => 60_000, retries: 0 };
  return checkCredentials(createOuraClient({ baseUrl: server.url, ...options }), '2026-03-10', renew);
};

test('accepts a token that may read sleep, the only mandatory collection, with one request', async () => {
  expect(await check({ sleep: { body: { data: [], next_token: null } } })).toBe('accepted');
  expect(server.requests.map(({ path, query }) => [path, query['end_date']])).toEqual([
    ['/v2/usercollection/sleep', '2026-03-10'],
  ]);
});

test.each<[string, Answer]>([
  ['unavailable', { status: 503 }],
  ['not speaking JSON', { body: '<html>' }],
  ['behind a challenge', { status: 403, body: '<html>', headers: { 'cf-mitigated': 'challenge' } }],
  ['limiting the rate', { status: 429, headers: { 'retry-after': '60' } }],
])('does not judge the token while Oura is %s', async (_, answer) => {
  expect(await check({ sleep: answer })).toBe('unknown');
});

test.each<[string, Answer]>([
  ['is rejected', { status: 401 }],
  ['does not answer', { fault: 'reset' }],
])('reads a 401 as a rejected key if personal_info %s too', async (_, personal_info) => {
  const error = { name: 'CredentialsRejected', message: expect.stringContaining('reconnect') };
  await expect(check({ sleep: { status: 401 }, personal_info })).rejects.toMatchObject(error);
});

test('reads a 401 as a missing scope if personal_info responds', async () => {
  const answers = { sleep: { status: 401 }, personal_info: { body: { id: 'user-1' } } };
  await expect(check(answers)).rejects.toMatchObject({
    name: 'AccessForbidden',
    message: expect.stringMatching(/scope daily.*reconnect/),
  });
});

test('names the scope that the 401 names', async () => {
  const sleep = { status: 401, body: { detail: "Missing scope: 'extapi:stress'" } };
  const answers = { sleep, personal_info: { body: { id: 'user-1' } } };
  await expect(check(answers)).rejects.toMatchObject({
    name: 'AccessForbidden',
    scope: 'stress',
    message: expect.stringContaining('the scope stress is not granted'),
  });
});

test('names a lapsed membership', async () => {
  await expect(check({ sleep: { status: 403 } })).rejects.toMatchObject({
    name: 'AccessForbidden',
    message: expect.stringContaining('membership'),
  });
});

test('retries once with another token, and only once', async () => {
  const rejected = { sleep: { status: 401 }, personal_info: { status: 401 } };
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    return true;
  };
  await expect(check(rejected, renew)).rejects.toMatchObject({ name: 'CredentialsRejected' });
  expect([renewals, server.requests.length]).toEqual([1, 4]);
  const accepting = async () => {
    server.answers({ body: { data: [], next_token: null } });
    return true;
  };
  expect(await check(rejected, accepting)).toBe('accepted');
});

test('requests no other token if a scope is missing: another one would lack it too', async () => {
  const answers = { sleep: { status: 401 }, personal_info: { body: { id: 'user-1' } } };
  const renew = () => Promise.reject(new Error('It was asked for'));
  await expect(check(answers, renew)).rejects.toMatchObject({ name: 'AccessForbidden' });
});

test('does not judge a rejected token while another one is unavailable', async () => {
  const rejected = { sleep: { status: 401 }, personal_info: { status: 401 } };
  const renew = () => Promise.reject(new TokenRefreshFailed('the token endpoint: it answers 503'));
  expect(await check(rejected, renew)).toBe('unknown');
});

test('reports why there is no other token', async () => {
  const rejected = { sleep: { status: 401 }, personal_info: { status: 401 } };
  const renew = () => Promise.reject(new ReconnectNeeded('the refresh token is dead'));
  await expect(check(rejected, renew)).rejects.toMatchObject({ name: 'ReconnectNeeded' });
});

test('fails at an unexpected error, whether of the check or of the renewal', async () => {
  const bug = new TypeError('not a function');
  const client = createOuraClient({
    baseUrl: server.url,
    accessToken: () => Promise.reject(bug),
    timeLeft: () => 60_000,
    retries: 0,
  });
  await expect(checkCredentials(client, '2026-03-10')).rejects.toBe(bug);
  const rejected = { sleep: { status: 401 }, personal_info: { status: 401 } };
  await expect(check(rejected, () => Promise.reject(bug))).rejects.toBe(bug);
});
