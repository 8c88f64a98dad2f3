import { jest } from '@jest/globals';
import { PROOF } from '../../services/dashboard/server/api.ts';
import { oneTimeAddress, tokenGate } from '../../services/dashboard/server/one-time-token.ts';
import { serveDashboard } from '../../services/dashboard/server/serve.ts';
import { NO_SESSION } from '../../services/dashboard/server/session.ts';
import { openSession } from '../helpers/page-session.ts';
import { PAGE_KEYS, sendTo, servePage, shownOf, type TestPage } from './support/served.ts';

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterAll(() => page.stop());

const PATHS = [
  '/',
  '/assets/page-000000000000.js',
  '/api/overview',
  '/api/nights?from=2026-03-01&to=2026-03-10',
  '/api/calendar?year=2026',
  '/api/export?format=json',
  '/api/insights',
  '/api/pipeline',
  '/api/pipeline/events',
  '/api/nowhere',
  '/nowhere',
];
/** Sends a request with another cookie, or none. */
const withCookie = (path: string, cookie: string, more: object = {}) =>
  page.send(path, { ...more, headers: { cookie } });

test('without a session, every path has the same answer: how to get one', async () => {
  for (const path of PATHS) {
    const { status, body, headers } = await withCookie(path, '');
    const said = path.startsWith('/api/') ? JSON.stringify({ error: NO_SESSION }) : `${NO_SESSION}\n`;
    expect([path, status, body]).toEqual([path, 401, said]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers['set-cookie']).toBeUndefined();
  }
  expect(NO_SESSION).toContain('npm run dashboard');
});

test('without a session, nothing starts', async () => {
  for (const path of ['/api/sync', '/api/redrive']) {
    const headers = { cookie: '', origin: page.url, 'sec-fetch-site': 'same-origin' };
    expect((await page.send(path, { method: 'POST', body: '{}', headers })).status).toBe(401);
  }
  expect((await page.get<{ running: unknown[] }>('/api/pipeline')).running).toEqual([]);
});

test('an address opens the page once, and its answer alone has the proof', async () => {
  const path = page.address().replace(page.url, '');
  expect((await withCookie(path, '', { method: 'HEAD' })).status).toBe(401);
  const first = await withCookie(path, '');
  expect([first.status, first.body]).toEqual([
    200,
    expect.stringContaining(`<meta name="${PROOF}" content=`),
  ]);
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(
      new RegExp(
        `^oura-sleep-sync-${new URL(page.url).port}=[^;]+; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict$`,
      ),
    ),
  ]);
  const [cookie = ''] = first.headers['set-cookie'] ?? [];
  const again = await withCookie('/', cookie.split(';')[0] ?? '');
  expect([again.status, again.body]).toEqual([200, expect.not.stringContaining(PROOF)]);
  const second = await withCookie(path, '');
  expect([second.status, second.headers['set-cookie']]).toEqual([401, undefined]);
});

test('a used address leads a browser with a session to the page', async () => {
  const path = page.address().replace(page.url, '');
  await withCookie(path, '');
  const { status, headers } = await page.send(path);
  expect([status, headers.location]).toEqual([303, '/']);
});

test('a session survives a restart on the same port, and no token does', async () => {
  const stack = shownOf(page.stack);
  const first = await serveDashboard(stack, PAGE_KEYS, 0);
  const { headers } = await openSession(first.address());
  const unused = first.address();
  await first.stop();
  const port = Number(new URL(first.url).port);
  const next = await serveDashboard(stack, { ...PAGE_KEYS, tokenKey: 'n'.repeat(64) }, port);
  const send = sendTo(first.url);
  expect((await send('/api/nowhere', { headers })).status).toBe(404);
  expect((await send(unused.replace(first.url, ''))).status).toBe(401);
  await next.stop();
  const other = await serveDashboard(stack, { ...PAGE_KEYS, cookieKey: 'n'.repeat(64) }, port);
  expect((await send('/nowhere', { headers })).status).toBe(401);
  await other.stop();
});

const cookie = () => page.session.cookie;
const changed = (pattern: RegExp, by: string) => cookie().replace(pattern, by);
test.each<[string, () => string]>([
  ['of another port', () => changed(/sync-\d+=\d+/, `sync-${new URL(page.url).port}=1`)],
  ['with a later expiry', () => changed(/-(\d+)\./, '-9999999999.')],
  ['with another signature', () => changed(/\.[^.]+$/, `.${'A'.repeat(43)}%3D`)],
  ['without a signature', () => changed(/\.[^.]+$/, '')],
  ['with another name', () => changed(/^[^=]+/, 'oura-sleep-sync-1')],
  ['that is a token', () => changed(/=.*/, `=${page.address().split('=')[1]}`)],
  ['that is empty', () => changed(/=.*/, '=')],
])('rejects a cookie %s', async (_, forged) => {
  expect((await withCookie('/', forged())).status).toBe(401);
});

test.each<[string, () => string]>([
  ['no proof', () => ''],
  ['the signature of the cookie as proof', () => decodeURIComponent(/\.([^.]+)$/.exec(cookie())?.[1] ?? '')],
  ['a changed proof', () => page.session[PROOF].replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
  ['a longer proof', () => `${page.session[PROOF]}A`],
])('with the cookie and %s, the API reads and changes nothing', async (_, proof) => {
  const headers = { [PROOF]: proof() };
  for (const path of PATHS.filter((each) => each !== '/' && !each.startsWith('/assets/'))) {
    const { status, body } = await page.send(path, { headers });
    expect([path, status, body]).toEqual([path, 401, expect.stringContaining(NO_SESSION)]);
  }
  for (const path of ['/api/sync', '/api/redrive']) {
    const sent = { ...headers, origin: page.url, 'sec-fetch-site': 'same-origin' };
    expect((await page.send(path, { method: 'POST', body: '{}', headers: sent })).status).toBe(401);
  }
  expect((await page.get<{ running: unknown[] }>('/api/pipeline')).running).toEqual([]);
});

test('the proof of another session does not fit', async () => {
  const ahead = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
  const address = page.address();
  const later = await openSession(address).finally(() => ahead.mockRestore());
  expect(later.headers[PROOF]).not.toBe(page.session[PROOF]);
  for (const [headers, status] of [
    [later.headers, 404],
    [{ ...later.headers, [PROOF]: page.session[PROOF] }, 401],
  ] as const)
    expect((await page.send('/api/nowhere', { headers })).status).toBe(status);
});

test('a session ends after 30 days', async () => {
  const ahead = jest.spyOn(Date, 'now');
  try {
    const at = Date.now();
    ahead.mockReturnValue(at);
    const { headers } = await openSession(page.address());
    ahead.mockReturnValue(at + 30 * 86_400_000 - 10_000);
    expect((await page.send('/nowhere', { headers })).status).toBe(404);
    ahead.mockReturnValue(at + 30 * 86_400_000 + 1000);
    expect((await page.send('/nowhere', { headers })).status).toBe(401);
  } finally {
    ahead.mockRestore();
  }
});

test('a link of another site leads to a page that asks for itself again, and says nothing', async () => {
  const headers = { cookie: '', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  const { status, body } = await page.send('/', { headers });
  expect([status, body]).toEqual([
    200,
    '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Sleep</title>',
  ]);
  expect((await page.send('/nowhere', { headers })).status).toBe(403);
});

describe('a token', () => {
  const NOW = 1_700_000_000_000;
  const tokenOf = (address: string) => new URL(address).searchParams.get('token') ?? '';
  const token = () => tokenOf(oneTimeAddress('http://127.0.0.1:1', 'key', NOW));

  test('is accepted once, within ten minutes', () => {
    let now = NOW + 600_000;
    const accept = tokenGate('key', () => now);
    const [first, second] = [token(), token()];
    expect([accept(first), accept(first)]).toEqual([true, false]);
    now += 1;
    expect(accept(second)).toBe(false);
  });

  test('is accepted by no process with another key', () => {
    expect(tokenGate('other', () => NOW)(token())).toBe(false);
  });

  test.each<[string, (token: string) => string]>([
    ['is empty', () => ''],
    ['has a later time', (given) => given.replace(/^\d+/, (time) => String(Number(time) + 1))],
    ['has another nonce', (given) => given.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`)],
    ['has no signature', (given) => given.replace(/\.[^.]+$/, '.')],
    ['has a shorter signature', (given) => given.slice(0, -1)],
    ['has a longer signature', (given) => `${given}A`],
  ])('is rejected if it %s', (_, change) => {
    const given = token();
    const accept = tokenGate('key', () => NOW);
    expect(accept(change(given))).toBe(false);
    expect(accept(given)).toBe(true);
  });
});
