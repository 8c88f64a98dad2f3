import { createHash } from 'node:crypto';
import type { Application, Portal } from '../../services/ring-simulator/oauth/applications.ts';
import type { OAuthOptions } from '../../services/ring-simulator/oauth/server.ts';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { get, handClock, simulator, stopAll } from './raw-client.ts';

const REDIRECT = 'http://localhost:8765/callback';
const application = (portal: Portal): Application => ({
  client_id: `of-${portal}`,
  client_secret: 'a secret/+:%',
  redirect_uris: [REDIRECT],
  portal,
});
const PATH = {
  cloud: { authorize: '/oauth/authorize', token: '/oauth/token', revoke: '/oauth/revoke' },
  developer: {
    authorize: '/oauth/v2/ext/oauth-authorize',
    token: '/oauth/v2/ext/oauth-token',
    revoke: '/oauth/v2/ext/oauth-revoke',
  },
} as const;
const PORTALS = ['cloud', 'developer'] as const;

const clock = handClock();
const start = (options: Partial<OAuthOptions> = {}): Promise<RingSimulator> =>
  simulator({ clock, oauth: { applications: PORTALS.map(application), ...options } });
afterEach(stopAll);

const form = (values: Record<string, string>) => new URLSearchParams(values);
/** The form that the browser POSTs if `granted` is ticked and the user presses a button. */
const decide = async (
  ring: RingSimulator,
  portal: Portal,
  request: Record<string, string> = {},
  granted: readonly string[] = ['daily', 'spo2'],
  decision = 'allow',
) => {
  const body = form({
    response_type: 'code',
    client_id: `of-${portal}`,
    redirect_uri: REDIRECT,
    scope: 'daily spo2',
    state: 'xyz',
    ...request,
    decision,
  });
  for (const scope of granted) body.append('granted', scope);
  const response = await fetch(ring.url + PATH[portal].authorize, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  return { status: response.status, back: new URL(response.headers.get('location') ?? 'none:').searchParams };
};
const ask = async (
  ring: RingSimulator,
  portal: Portal,
  body: Record<string, string>,
  init: RequestInit = {},
) => {
  const response = await fetch(ring.url + PATH[portal].token, { method: 'POST', body: form(body), ...init });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
};
const client = (portal: Portal) => ({
  client_id: `of-${portal}`,
  client_secret: application(portal).client_secret,
});
const exchange = (
  ring: RingSimulator,
  portal: Portal,
  code: string | null,
  more: Record<string, string> = {},
) =>
  ask(ring, portal, {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT,
    ...client(portal),
    ...more,
  });
const refresh = (ring: RingSimulator, portal: Portal, refresh_token = '', at: Portal = portal) =>
  ask(ring, at, { grant_type: 'refresh_token', refresh_token, ...client(portal) });
const reads = async (ring: RingSimulator, token = '', collection = 'daily_sleep') =>
  (await get(ring, collection, {}, { headers: { authorization: `Bearer ${token}` } })).status;
const codeOf = async (ring: RingSimulator, portal: Portal, request: Record<string, string> = {}) =>
  (await decide(ring, portal, request)).back.get('code');

test.each(PORTALS)('%s: exchanges the code for tokens that the API accepts', async (portal) => {
  const ring = await start();
  const { status, back } = await decide(ring, portal);
  expect({ status, state: back.get('state') }).toEqual({ status: 302, state: 'xyz' });
  const { status: exchanged, json } = await exchange(ring, portal, back.get('code'));
  expect(exchanged).toBe(200);
  expect(json).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
  expect(await reads(ring, json['access_token'])).toBe(200);
  expect(await reads(ring, 'another')).toBe(401);
});

test('the consent page offers the scopes that Oura knows, and its form repeats the request', async () => {
  const ring = await start();
  const query = form({
    response_type: 'code',
    client_id: 'of-cloud',
    redirect_uri: REDIRECT,
    scope: 'daily spo2Daily',
    state: '"><script>',
  });
  const html = await (await fetch(`${ring.url}/oauth/authorize?${query}`)).text();
  expect(html).toContain('name="granted" value="daily" checked');
  expect(html).not.toContain('value="spo2Daily" checked');
  expect(html).toContain('name="redirect_uri" value="http://localhost:8765/callback"');
  expect(html).not.toContain('<script>');
});

test('silently drops unticked and unknown scopes', async () => {
  const ring = await start();
  const { back } = await decide(ring, 'cloud', { scope: 'daily spo2 spo2Daily' }, ['daily', 'spo2Daily']);
  expect(back.get('scope')).toBe('daily');
  const { json } = await exchange(ring, 'cloud', back.get('code'));
  expect(json).not.toHaveProperty('scope');
  expect(await reads(ring, json['access_token'], 'daily_sleep')).toBe(200);
  expect(await reads(ring, json['access_token'], 'daily_spo2')).toBe(401);
});

test('the new portal writes scopes with its prefix and accepts them with and without it', async () => {
  const ring = await start();
  const { back } = await decide(ring, 'developer', { scope: 'extapi:daily spo2' });
  expect(back.get('scope')).toBe('extapi:daily extapi:spo2');
  const { json } = await exchange(ring, 'developer', back.get('code'));
  expect(json).toMatchObject({ scope: 'extapi:daily extapi:spo2' });
});

test('sends the application an error and no code if the user denies', async () => {
  const { back } = await decide(await start(), 'cloud', {}, [], 'deny');
  expect(Object.fromEntries(back)).toEqual({ error: 'access_denied', state: 'xyz' });
});

test.each([
  ['an unknown application', { client_id: 'unknown' }],
  ['a redirect URI that differs by a slash', { redirect_uri: `${REDIRECT}/` }],
])('%s gets an error page and no redirect', async (_what, request) => {
  const { status, back } = await decide(await start(), 'cloud', request);
  expect({ status, code: back.get('code') }).toEqual({ status: 400, code: null });
});

test('the old authorize URL serves the applications of both portals, the new one only its own', async () => {
  const ring = await start();
  const at = (portal: Portal, of: Portal) =>
    decide(ring, portal, { client_id: `of-${of}` }).then(({ status }) => status);
  expect([await at('cloud', 'developer'), await at('developer', 'cloud')]).toEqual([302, 400]);
});

test('a code is single-use, expires after ten minutes and requires its redirect URI', async () => {
  const ring = await start();
  const used = await codeOf(ring, 'cloud');
  expect((await exchange(ring, 'cloud', used)).status).toBe(200);
  expect(await exchange(ring, 'cloud', used)).toMatchObject({
    status: 400,
    json: { error: 'invalid_grant' },
  });
  const elsewhere = await codeOf(ring, 'cloud');
  expect((await exchange(ring, 'cloud', elsewhere, { redirect_uri: `${REDIRECT}/` })).status).toBe(400);
  const old = await codeOf(ring, 'cloud');
  clock.time += 10 * 60_000;
  expect((await exchange(ring, 'cloud', old)).status).toBe(400);
});

test.each([
  ['cloud', 'developer'],
  ['developer', 'cloud'],
] as const)(
  "an application of %s gets 401 at the other portal's token URL, which uses up the code",
  async (portal, other) => {
    const ring = await start();
    const code = await codeOf(ring, portal);
    expect(
      (await ask(ring, other, { grant_type: 'authorization_code', code: code ?? '', ...client(portal) }))
        .status,
    ).toBe(401);
    expect((await exchange(ring, portal, code)).status).toBe(400);
  },
);

test('a wrong secret gets 401 and uses up the code', async () => {
  const ring = await start();
  const code = await codeOf(ring, 'cloud');
  const wrong = await exchange(ring, 'cloud', code, { client_secret: 'wrong' });
  expect(wrong).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  expect((await exchange(ring, 'cloud', code)).status).toBe(400);
});

test('accepts id and secret as HTTP Basic', async () => {
  const ring = await start();
  const { client_id, client_secret } = client('cloud');
  const basic = Buffer.from(
    `${client_id}:${encodeURIComponent(client_secret).replaceAll('%20', '+')}`,
  ).toString('base64');
  const { refresh_token } = ring.oauth.issue('of-cloud');
  const { status } = await ask(
    ring,
    'cloud',
    { grant_type: 'refresh_token', refresh_token },
    { headers: { authorization: `Basic ${basic}` } },
  );
  expect(status).toBe(200);
});

test('a code with a PKCE challenge requires its verifier', async () => {
  const ring = await start();
  const verifier = 'a-verifier-of-at-least-43-characters-0123456789';
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const begin = () => codeOf(ring, 'cloud', { code_challenge, code_challenge_method: 'S256' });
  expect((await exchange(ring, 'cloud', await begin(), { code_verifier: verifier })).status).toBe(200);
  expect((await exchange(ring, 'cloud', await begin(), { code_verifier: 'another' })).status).toBe(400);
  expect((await exchange(ring, 'cloud', await begin())).status).toBe(400);
});

test('a refresh token is single-use: the response contains the next one, and reuse is counted', async () => {
  const ring = await start();
  const first = ring.oauth.issue('of-cloud');
  const second = await refresh(ring, 'cloud', first.refresh_token);
  expect(second.status).toBe(200);
  expect(await refresh(ring, 'cloud', first.refresh_token)).toMatchObject({
    status: 400,
    json: { error: 'invalid_grant' },
  });
  expect((await refresh(ring, 'cloud', second.json['refresh_token'])).status).toBe(200);
  expect(ring.oauth).toMatchObject({ refreshes: 2, presentedTwice: 1 });
  expect(ring.oauth.tokenCalls.map(({ grantType, status }) => [grantType, status])).toEqual([
    ['refresh_token', 200],
    ['refresh_token', 400],
    ['refresh_token', 200],
  ]);
});

test('with revokeFamilyOnReuse, reuse revokes the whole grant', async () => {
  const ring = await start({ revokeFamilyOnReuse: true });
  const first = ring.oauth.issue('of-cloud');
  const second = await refresh(ring, 'cloud', first.refresh_token);
  await refresh(ring, 'cloud', first.refresh_token);
  expect((await refresh(ring, 'cloud', second.json['refresh_token'])).status).toBe(400);
  expect(await reads(ring, second.json['access_token'])).toBe(401);
});

test("the other portal's token URL responds with 400 invalid_request and keeps the token valid", async () => {
  const ring = await start();
  const { refresh_token } = ring.oauth.issue('of-developer');
  const wrong = await refresh(ring, 'developer', refresh_token, 'cloud');
  expect(wrong).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  expect((await refresh(ring, 'developer', refresh_token)).status).toBe(200);
});

test('an access token expires after expires_in or by expireAccessTokens; its refresh token stays valid', async () => {
  const ring = await start({ expiresInSeconds: 60 });
  const first = ring.oauth.issue('of-cloud');
  clock.time += 59_999;
  expect(await reads(ring, first.access_token)).toBe(200);
  clock.time += 1;
  expect(await reads(ring, first.access_token)).toBe(401);
  const { json } = await refresh(ring, 'cloud', first.refresh_token);
  ring.oauth.expireAccessTokens();
  expect(await reads(ring, json['access_token'])).toBe(401);
});

test.each([
  ['cloud', (token: string) => [`?access_token=${token}`, {}] as const],
  ['developer', (token: string) => ['', { token }] as const],
] as const)('%s: revoking a grant invalidates both tokens', async (portal, requestOf) => {
  const ring = await start();
  const { access_token, refresh_token } = ring.oauth.issue(`of-${portal}`);
  const [query, body] = requestOf(access_token);
  const response = await fetch(ring.url + PATH[portal].revoke + query, { method: 'POST', body: form(body) });
  expect(response.status).toBe(200);
  expect(await reads(ring, access_token)).toBe(401);
  expect((await refresh(ring, portal, refresh_token)).status).toBe(400);
});

test('a lost response uses up the refresh token, an error response does not', async () => {
  const ring = await start();
  const { refresh_token } = ring.oauth.issue('of-cloud');
  ring.faults.next(1, 'unavailable', { collection: 'token' });
  expect((await refresh(ring, 'cloud', refresh_token)).status).toBe(503);
  ring.faults.next(1, 'reset', { collection: 'token' });
  await expect(refresh(ring, 'cloud', refresh_token)).rejects.toThrow('fetch failed');
  expect(ring.oauth.refreshes).toBe(1);
  expect((await refresh(ring, 'cloud', refresh_token)).status).toBe(400);
});

test('API faults do not strike the token URLs', async () => {
  const ring = await start();
  ring.faults.always('unavailable');
  expect((await refresh(ring, 'cloud', ring.oauth.issue('of-cloud').refresh_token)).status).toBe(200);
});

test('token requests are not recorded as API calls, and a JSON body is rejected', async () => {
  const ring = await start();
  const { refresh_token } = ring.oauth.issue('of-cloud');
  const body = JSON.stringify({ grant_type: 'refresh_token', refresh_token, ...client('cloud') });
  const { status } = await ask(ring, 'cloud', {}, { body, headers: { 'content-type': 'application/json' } });
  expect(status).toBe(400);
  expect(ring.calls).toEqual([]);
  expect(JSON.stringify(ring.oauth.tokenCalls)).not.toContain(refresh_token);
});
