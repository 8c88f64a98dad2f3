import {
  type Authorization,
  beginAuthorization,
  exchangeCode,
} from '../../../services/cli/connect/authorization.ts';
import type { ConnectPortal } from '../../../services/cli/connect/portal.ts';
import type { RingSimulator } from '../../../services/ring-simulator/start.ts';
import { type Decision, decideAtOura } from '../../helpers/consent.ts';
import { type Answer, startHttpServer } from '../../helpers/http-server.ts';
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
  '%s: exchanges the code with state and PKCE after the user allows access',
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

test('does not exchange a code with another verifier', async () => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud');
  const stolen: Authorization = { ...authorization, codeVerifier: 'v'.repeat(43) };
  expect(await failed(exchangeCode(portal, application('cloud'), stolen, callback))).toMatch(
    /400, invalid_grant/,
  );
});

test("tries the wrong portal's token URL once and names the other portal", async () => {
  const { authorization, callback } = await allowed(portalAt('cloud'), 'developer');
  const wrong = portalAt('cloud');
  const sentence = await failed(exchangeCode(wrong, application('developer'), authorization, callback));
  expect(sentence).toMatch(/401.*run npm run connect again.*--portal developer/);
  expect(ring.oauth.tokenCalls).toMatchObject([{ portal: 'cloud', status: 401 }]);
});

test('explains a wrong secret', async () => {
  const portal = portalAt('developer');
  const { authorization, callback } = await allowed(portal, 'developer');
  const exchange = exchangeCode(
    portal,
    application('developer', 'planted-client-secret-wrong'),
    authorization,
    callback,
  );
  expect(await failed(exchange)).toMatch(/rejects this application or its secret/);
});

test('exchanges nothing if the user denies access', async () => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud', { decision: 'deny' });
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(
    /^Not connected: access was denied in the browser/,
  );
  expect(ring.oauth.tokenCalls).toEqual([]);
});

test('ignores an issuer in the callback, and does not repeat an invalid error code', async () => {
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
  ['unavailable', /rejected|valid OAuth2/],
  ['html', /did not return a valid OAuth2 response/],
  ['malformed', /did not return a valid OAuth2 response/],
  ['reset', /did not respond: run npm run connect again/],
] as const)('%s at the token URL is one sentence, and no second attempt', async (fault, sentence) => {
  const portal = portalAt('cloud');
  const { authorization, callback } = await allowed(portal, 'cloud');
  ring.faults.next(1, fault, { collection: 'token' });
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(sentence);
  expect(ring.oauth.tokenCalls.length).toBeLessThanOrEqual(1);
});

test('accepts a response that deviates from RFC 6749, because the code is single-use', async () => {
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

test('rejects a response without a refresh token', async () => {
  await using server = await startHttpServer();
  server.answers({ body: { token_type: 'Bearer', access_token: 'a', expires_in: 60 } });
  const portal = { ...portalAt('cloud'), tokenUrl: `${server.url}/token` };
  const { authorization, callback } = await allowed(portal, 'cloud');
  expect(await failed(exchangeCode(portal, application('cloud'), authorization, callback))).toMatch(
    /no refresh token/,
  );
});

test('reads at most 64 KB of a decompressed response', async () => {
  await using server = await startHttpServer();
  const portal = { ...portalAt('cloud'), tokenUrl: `${server.url}/token` };
  const exchange = async (answer: Answer) => {
    server.answers(answer);
    const { authorization, callback } = await allowed(portal, 'cloud');
    return exchangeCode(portal, application('cloud'), authorization, callback);
  };
  const padded = (bytes: number) => '{"access_token":"a","refresh_token":"r"}'.padStart(bytes, ' ');
  expect(await exchange({ body: padded(65_536) })).toMatchObject({ access_token: 'a', refresh_token: 'r' });
  expect(await failed(exchange({ body: padded(65_537) }))).toMatch(/did not return a valid OAuth2 response/);
  // It never ends by itself.
  for (const status of [200, 400, 500]) {
    const begun = performance.now();
    expect(await failed(exchange({ status, fault: 'flood' }))).toMatch(/valid OAuth2 response|rejected/);
    expect(performance.now() - begun).toBeLessThan(5_000);
  }
});
