import {
  type Authorization,
  beginAuthorization,
  exchangeCode,
} from '../../../services/cli/connect/authorization.ts';
import type { ConnectPortal } from '../../../services/cli/connect/portal.ts';
import type { RingSimulator } from '../../../services/ring-simulator/start.ts';
import { type Decision, decideAtOura } from '../../helpers/consent.ts';
import { startHttpServer } from '../../helpers/http-server.ts';
import { simulator, stopAll } from '../../ring-simulator/raw-client.ts';

const REDIRECT = 'http://localhost:8765/callback';
const SECRET = 'planted-client-secret-1138';
const PATHS = {
  cloud: ['/oauth/authorize', '/oauth/token'],
  developer: ['/oauth/v2/ext/oauth-authorize', '/oauth/v2/ext/oauth-token'],
} as const;
type Name = keyof typeof PATHS;

let ring: RingSimulator;
beforeEach(async () => {
  const application = (portal: Name) => ({
    client_id: portal,
    client_secret: SECRET,
    redirect_uris: [REDIRECT],
    portal,
  });
  ring = await simulator({ oauth: { applications: [application('cloud'), application('developer')] } });
});
afterEach(stopAll);

const portalAt = (name: Name, tokenPath: string = PATHS[name][1]): ConnectPortal => ({
  name,
  applications: '',
  authorizeUrl: ring.url + PATHS[name][0],
  tokenUrl: ring.url + tokenPath,
  scope: name === 'developer' ? 'extapi:daily extapi:spo2' : 'daily spo2',
});
const allowed = async (portal: ConnectPortal, clientId: string, decision: Decision = {}) => {
  const authorization = await beginAuthorization(portal, clientId, REDIRECT);
  const callback = new URL(await decideAtOura(authorization.url, decision)).searchParams;
  return { authorization, callback };
};
const application = (client_id: string, client_secret = SECRET) => ({ client_id, client_secret });
const failed = async (exchange: Promise<unknown>) => {
  const error = await exchange.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  expect(error.name).toBe('ConnectFailed');
  expect(error.cause).toBeUndefined();
  for (const secret of [SECRET, ...ring.oauth.secrets]) expect(error.stack).not.toContain(secret);
  return error.message;
};

test.each(['cloud', 'developer'] as const)(
  '%s: exchanges the code of a user who allows, with state and PKCE',
  async (name) => {
    const portal = portalAt(name);
    const { authorization, callback } = await allowed(portal, name, { untick: ['spo2'] });
    expect(callback.get('state')).toBe(authorization.state);
    expect(new URL(authorization.url).searchParams.get('code_challenge_method')).toBe('S256');
    const tokens = await exchangeCode(portal, application(name), authorization, callback);
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^simaccess_/),
      refresh_token: expect.stringMatching(/^simrefresh_/),
      expires_in: 86_400,
      scopes: name === 'developer' ? ['daily'] : undefined,
    });
    expect(callback.get('scope')).toBe(name === 'developer' ? 'extapi:daily' : 'daily');
  },
);

test('two authorizations share neither state nor verifier', async () => {
  const begin = () => beginAuthorization(portalAt('cloud'), 'cloud', REDIRECT);
  const [one, other] = await Promise.all([begin(), begin()]);
  expect(one.state).not.toBe(other.state);
  expect(one.codeVerifier).not.toBe(other.codeVerifier);
});

test('a code that another verifier was begun with is not exchanged', async () => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud');
  const stolen: Authorization = { ...authorization, codeVerifier: 'v'.repeat(43) };
  expect(await failed(exchangeCode(portal, application('cloud'), stolen, callback))).toMatch(
    /400, invalid_grant/,
  );
});

test("the wrong portal's token URL is asked once, and the other portal is named", async () => {
  const { authorization, callback } = await allowed(portalAt('cloud'), 'developer');
  const wrong = portalAt('cloud');
  const sentence = await failed(exchangeCode(wrong, application('developer'), authorization, callback));
  expect(sentence).toMatch(/401.*the code is used up.*--portal developer/);
  expect(ring.oauth.tokenCalls).toMatchObject([{ portal: 'cloud', status: 401 }]);
});

test('a wrong secret is told as what it may be', async () => {
  const portal = portalAt('developer');
  const { authorization, callback } = await allowed(portal, 'developer');
  const exchange = exchangeCode(
    portal,
    application('developer', 'planted-client-secret-wrong'),
    authorization,
    callback,
  );
  expect(await failed(exchange)).toMatch(/does not know this application or its secret/);
});

test('a user who does not allow it ends it before anything is exchanged', async () => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud', { decision: 'deny' });
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(
    /^Access was not allowed in the browser/,
  );
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('an issuer in the callback changes nothing, a text in the place of an error code is not repeated', async () => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud');
  callback.set('iss', 'https://somewhere.example');
  await exchangeCode(portal, application('cloud'), authorization, callback);
  const error = new URLSearchParams({ error: 'Look: <b>a text</b>', state: authorization.state });
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, error))).toContain(
    '(no reason given)',
  );
});

test.each([
  ['unavailable', /refused|promises/],
  ['html', /did not answer as OAuth2 promises/],
  ['malformed', /did not answer as OAuth2 promises/],
  ['reset', /did not answer; the code may be used up/],
] as const)('%s at the token URL is one sentence, and no second attempt', async (fault, sentence) => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud');
  ring.faults.next(1, fault, { collection: 'token' });
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(sentence);
  expect(ring.oauth.tokenCalls.length).toBeLessThanOrEqual(1);
});

test('an answer that is not quite as RFC 6749 wants it is taken: the code would be lost with it', async () => {
  await using server = await startHttpServer();
  const body = JSON.stringify({ access_token: 'a', refresh_token: 'r', expires_in: '60', scope: '' });
  server.answers({ body, headers: { 'content-type': 'text/plain' } });
  const portal = { ...portalAt('cloud'), tokenUrl: `${server.url}/token` };
  const { authorization, callback } = await allowed(portal, 'cloud');
  expect(await exchangeCode(portal, application('cloud'), authorization, callback)).toEqual({
    access_token: 'a',
    refresh_token: 'r',
    expires_in: 60,
    scopes: undefined,
  });
});

test('an answer without a refresh token is not taken', async () => {
  await using server = await startHttpServer();
  server.answers({ body: { token_type: 'Bearer', access_token: 'a', expires_in: 60 } });
  const portal = { ...portalAt('cloud'), tokenUrl: `${server.url}/token` };
  const { authorization, callback } = await allowed(portal, 'cloud');
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(
    /no refresh token/,
  );
});
