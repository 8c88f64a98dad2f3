import { inspect } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CACHE_MS, parameterToken } from '../../shared/oura/credentials.ts';
import { type Answer, startHttpServer, type TestServer } from '../helpers/http-server.ts';

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
const token = (reference = 'ssm:/oura/key') => parameterToken({ ssm, reference, clock: clockAt });

test('reads the parameter once for parallel requests, and trims it', async () => {
  server.answers(holding('token-1\n'));
  const source = token();
  expect(await Promise.all([source.get(), source.get(), source.get()])).toEqual([
    'token-1',
    'token-1',
    'token-1',
  ]);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.headers['x-amz-target']).toBe('AmazonSSM.GetParameter');
});

test('reads it again after five minutes', async () => {
  server.answers(holding('token-1'), holding('token-2'));
  const source = token();
  clockAt.ms = 0;
  await source.get();
  clockAt.ms = CACHE_MS - 1;
  expect(await source.get()).toBe('token-1');
  clockAt.ms = CACHE_MS;
  expect(await source.get()).toBe('token-2');
});

test('reads it again once it was rejected', async () => {
  server.answers(holding('token-1'), holding('token-2'));
  const source = token();
  await source.get();
  source.rejected();
  expect(await source.get()).toBe('token-2');
});

test.each([
  ['ParameterNotFound', /\/oura\/key does not exist.*put-parameter/],
  ['AccessDeniedException', /\/oura\/key may not be read.*ssm:GetParameter/],
  ['InvalidKeyId', /\/oura\/key cannot be decrypted/],
])('says what to do about %s', async (type, message) => {
  server.answers(refusing(type));
  const error = {
    name: 'ApiKeyMissing',
    retryable: false,
    parameter: '/oura/key',
    message: expect.stringMatching(message),
  };
  await expect(token().get()).rejects.toMatchObject(error);
});

test.each(['', ' \n', 'two words', 'sch\u00f6n'])(
  'takes %j for no token, without repeating it',
  async (value) => {
    server.answers(holding(value));
    const error = await token()
      .get()
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'ApiKeyMissing', retryable: false });
    if (value.trim()) expect(inspect(error, { depth: 10 })).not.toContain(value);
  },
);

test('passes a throttled store on as it is, and does not remember it', async () => {
  server.answers(refusing('ThrottlingException'), holding('token-1'));
  const source = token();
  await expect(source.get()).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(await source.get()).toBe('token-1');
});

test.each(['SECRET-KEY', 'ssm:'])('refuses %j as reference, without repeating it', (reference) => {
  expect(() => token(reference)).toThrow(
    'The environment variable OURA_API_KEY must name a parameter: ssm:/parameter/name',
  );
});
