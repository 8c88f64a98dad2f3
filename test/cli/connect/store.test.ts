import { stackStore } from '../../../services/cli/connect/store.ts';
import { storedIn } from '../../../services/operations/credentials/stored-credentials.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { openTables, PARAMETER, type TestTables } from '../../helpers/tables.ts';

const SECRET = 'planted-secret-2187';
const CONNECTION: Connection = {
  client_id: 'an-application',
  client_secret: SECRET,
  access_token: SECRET,
  refresh_token: SECRET,
  expires_at: '2026-03-11T12:00:00Z',
  token_url: 'https://api.ouraring.com/oauth/token',
  fallback_token_url: null,
  scopes: ['daily', 'spo2'],
  connected_at: '2026-03-10T12:00:00Z',
  refreshed_at: null,
};

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const store = () => stackStore(tables.ssm, PARAMETER);
const refusing = (name: string) => Object.assign(new Error(`No: ${SECRET}`), { name });

test('returns the stored connection', async () => {
  expect(await store().read()).toEqual({ kind: 'none' });
  await store().write(CONNECTION);
  expect(await store().read()).toEqual({ kind: 'connection', connection: CONNECTION });
});

test('does not report unreadable credentials as missing or unusable', async () => {
  tables.calls.failNext('GetParameterCommand', refusing('AccessDeniedException'));
  expect(await store().read()).toEqual({ kind: 'unreadable' });
});

test('reports a parameter that cannot be written in one sentence, without the connection', async () => {
  tables.calls.failNext('PutParameterCommand', refusing('HierarchyTypeMismatchException'));
  const error = await store()
    .write(CONNECTION)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'ConnectFailed',
    message: expect.stringMatching(/^Nothing was stored: the parameter \S+ does not take .*delete it/),
  });
  expect(error).not.toHaveProperty('cause');
  expect((error as Error).stack).not.toContain(SECRET);
});

test("passes on AWS's message about a missing permission", async () => {
  tables.calls.failNext('PutParameterCommand', refusing('AccessDeniedException'));
  await expect(store().write(CONNECTION)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test.each([
  ['a refresh token that no form could carry', { refresh_token: 'a b' }],
  ['an access token that no header could carry', { access_token: `${SECRET}\n` }],
  ['a token URL that is not https', { token_url: 'http://oura.example/token' }],
  ['an expiry without an offset', { expires_at: '2026-03-11T12:00:00' }],
])('a connection with %s cannot be used', (_what, change) => {
  expect(storedIn(JSON.stringify({ ...CONNECTION, ...change }))).toEqual({
    kind: 'unusable',
    reason: 'holds no usable connection',
  });
});
