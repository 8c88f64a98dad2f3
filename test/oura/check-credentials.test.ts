import { checkCredentials } from '../../shared/oura/check-credentials.ts';
import { createOuraClient } from '../../shared/oura/client.ts';
import { type Answer, startHttpServer, type TestServer } from '../helpers/http-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const check = (answers: { daily_sleep: Answer; personal_info?: Answer }) => {
  server.answersBy(({ path }) =>
    path.endsWith('/daily_sleep') ? answers.daily_sleep : (answers.personal_info ?? { status: 500 }),
  );
  const options = { accessToken: async () => 'token', timeLeft: () => 60_000, retries: 0 };
  return checkCredentials(createOuraClient({ baseUrl: server.url, ...options }), '2026-03-10');
};

test('accepts a token that may read daily_sleep, with one call', async () => {
  expect(await check({ daily_sleep: { body: { data: [], next_token: null } } })).toBe('accepted');
  expect(server.requests.map(({ query }) => query['end_date'])).toEqual(['2026-03-10']);
});

test.each<[string, Answer]>([
  ['unavailable', { status: 503 }],
  ['not speaking JSON', { body: '<html>' }],
  ['limiting the rate', { status: 429, headers: { 'retry-after': '60' } }],
])('does not judge the token while Oura is %s', async (_, answer) => {
  expect(await check({ daily_sleep: answer })).toBe('unknown');
});

test.each<[string, Answer]>([
  ['is rejected', { status: 401 }],
  ['does not answer', { fault: 'reset' }],
])('takes a 401 for a rejected key where personal_info %s as well', async (_, personal_info) => {
  const error = { name: 'CredentialsRejected', message: expect.stringContaining('reconnect') };
  await expect(check({ daily_sleep: { status: 401 }, personal_info })).rejects.toMatchObject(error);
});

test('takes a 401 for a missing scope where personal_info answers', async () => {
  const answers = { daily_sleep: { status: 401 }, personal_info: { body: { id: 'user-1' } } };
  await expect(check(answers)).rejects.toMatchObject({
    name: 'AccessForbidden',
    message: expect.stringMatching(/scope daily.*reconnect/),
  });
});

test('names a lapsed membership', async () => {
  await expect(check({ daily_sleep: { status: 403 } })).rejects.toMatchObject({
    name: 'AccessForbidden',
    message: expect.stringContaining('membership'),
  });
});
