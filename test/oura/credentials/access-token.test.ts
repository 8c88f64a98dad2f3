import { inspect } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createLog } from '../../../shared/aws/runtime/logger.ts';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { createAccessToken } from '../../../shared/oura/credentials/access-token.ts';
import { TOKEN_CACHE_MS } from '../../../shared/oura/pace/limits.ts';
import { type Answer, startHttpServer, type TestServer } from '../../helpers/http-server.ts';
import { testLog } from '../../helpers/log.ts';

let server: TestServer;
let ssm: SSMClient;
beforeEach(async () => {
  server = await startHttpServer();
  ssm = new SSMClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(() => {
  ssm.destroy();
  return server.close();
});

const holding = (Value: string): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: { Parameter: { Name: '/oura/key', Type: 'SecureString', Value } },
});
const refusing = (type: string): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: { __type: type, message: 'no' },
});

const clockAt = { ms: 0, now: () => clockAt.ms };
const timeLeft = () => 30_000;
/** A personal token needs no ledger: whoever asks it is wrong. */
const unused = () => Promise.reject(new Error('The ledger was asked'));
const token = (reference = 'ssm:/oura/key') =>
  createAccessToken({
    store: parameterStore(ssm, reference),
    lease: { state: unused, acquire: unused },
    clock: clockAt,
    log: createLog('test', testLog().console),
  });

test('reads the parameter once for parallel requests, and trims it', async () => {
  server.answers(holding('token-1\n'));
  const source = token();
  const asked = [source.get(timeLeft), source.get(timeLeft), source.get(timeLeft)];
  expect(await Promise.all(asked)).toEqual(['token-1', 'token-1', 'token-1']);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.headers['x-amz-target']).toBe('AmazonSSM.GetParameter');
});

test('reads it again after five minutes', async () => {
  server.answers(holding('token-1'), holding('token-2'));
  const source = token();
  clockAt.ms = 0;
  await source.get(timeLeft);
  clockAt.ms = TOKEN_CACHE_MS - 1;
  expect(await source.get(timeLeft)).toBe('token-1');
  clockAt.ms = TOKEN_CACHE_MS;
  expect(await source.get(timeLeft)).toBe('token-2');
});

test('reads it again after a rejection, and returns whether there is another one', async () => {
  server.answers(holding('token-1'), holding('token-1'), holding('token-2'));
  const source = token();
  await source.get(timeLeft);
  expect(await source.renew(timeLeft)).toBe(false);
  expect(await source.renew(timeLeft)).toBe(true);
  expect(await source.get(timeLeft)).toBe('token-2');
});

test.each([
  ['ParameterNotFound', /\/oura\/key does not exist.*npm run connect.*put-parameter/],
  ['AccessDeniedException', /\/oura\/key may not be read.*ssm:GetParameter/],
  ['InvalidKeyId', /\/oura\/key cannot be decrypted/],
])('says what to do about %s', async (type, message) => {
  server.answers(refusing(type));
  const error = {
    name: 'ApiKeyMissing',
    consequences: { retryable: false },
    parameter: '/oura/key',
    message: expect.stringMatching(message),
  };
  await expect(token().get(timeLeft)).rejects.toMatchObject(error);
});

const thrownBy = (source: ReturnType<typeof token>): Promise<unknown> =>
  source.get(timeLeft).catch((thrown: unknown) => thrown);

test.each(['', ' \n', 'two words', 'sch\u00f6n'])(
  'takes %j for no token, without repeating it',
  async (value) => {
    server.answers(holding(value));
    const error = await thrownBy(token());
    expect(error).toMatchObject({ name: 'ApiKeyMissing', consequences: { retryable: false } });
    if (value.trim()) expect(inspect(error, { depth: 10 })).not.toContain(value);
  },
);

test.each([
  ['is cut off', '{"client_id": "planted-1', /not written by npm run connect/],
  ['lacks a field', '{"client_id": "planted-1", "access_token": "planted-2"}', /its \w+ is missing/],
  ['sends secrets over plain http', '{"token_url": "http://planted-host/token"}', /is missing or invalid/],
  ['has an unknown field', '{"planted_field": 1}', /npm run connect/],
])('the error for a connection that %s names the fault, never the content', async (_what, text, message) => {
  server.answers(holding(text));
  const error = await thrownBy(token());
  expect(error).toMatchObject({ name: 'ApiKeyMissing', consequences: { retryable: false } });
  expect((error as Error).message).toMatch(message);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('planted');
});

test('passes on the error of a throttled store, and does not cache it', async () => {
  server.answers(refusing('ThrottlingException'), holding('token-1'));
  const source = token();
  await expect(source.get(timeLeft)).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(await source.get(timeLeft)).toBe('token-1');
});

test.each(['SECRET-KEY', 'ssm:'])('refuses %j as reference, without repeating it', (reference) => {
  expect(() => token(reference)).toThrow(
    'The environment variable OURA_API_KEY must name a parameter: ssm:/parameter/name',
  );
});
