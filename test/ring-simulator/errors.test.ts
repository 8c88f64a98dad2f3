import { get, handClock, NOON, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('responds with 400, not 401, without an Authorization header', async () => {
  const { status, json } = await get(await simulator(), 'sleep', {}, { headers: {} });
  expect(status).toBe(400);
  expect(json.detail).toMatch(/^Missing auth token/);
});

test('responds with 401 to any token but the key', async () => {
  const ring = await simulator({ apiKey: 'right' });
  expect((await get(ring, 'sleep', {}, bearer('right'))).status).toBe(200);
  const { status, json } = await get(ring, 'sleep', {}, bearer('wrong'));
  expect({ status, json }).toMatchObject({ status: 401, json: { status: 401, title: 'Unauthorized' } });
  expect((await get(ring, 'sleep', {}, { headers: { authorization: 'right' } })).status).toBe(401);
});

test('accepts every token if no key is set', async () => {
  expect((await get(await simulator(), 'sleep', {}, bearer('whatever'))).status).toBe(200);
});

test('responds with 401 after the key is revoked', async () => {
  const ring = await simulator({ apiKey: 'old' });
  ring.account.apiKey = 'new';
  expect((await get(ring, 'sleep', {}, bearer('old'))).status).toBe(401);
});

test('responds with 401 only to collections whose scope is missing', async () => {
  const ring = await simulator({ grantedScopes: ['extapi:daily'] });
  expect((await get(ring, 'daily_spo2')).status).toBe(401);
  expect((await get(ring, 'daily_sleep')).status).toBe(200);
});

test('personal_info contains the id without any scope, and other fields only with their scope', async () => {
  const bare = await get(await simulator({ grantedScopes: [] }), 'personal_info');
  expect(Object.keys(bare.json)).toEqual(['id']);
  const full = await get(await simulator({ grantedScopes: ['personal', 'email'] }), 'personal_info');
  expect(full.json).toMatchObject({ id: bare.json.id, email: expect.any(String), age: expect.any(Number) });
});

test('responds with 403 if the membership has lapsed', async () => {
  const ring = await simulator();
  ring.account.membershipActive = false;
  expect(await get(ring, 'sleep')).toMatchObject({ status: 403, json: { status: 403, title: 'Forbidden' } });
});

test.each([
  ['2026-02-30', '2026-03-01', 'start_date'],
  ['yesterday', '2026-03-01', 'start_date'],
  ['2026-03-01', '2026-3-2', 'end_date'],
  ['2026-03-02', '2026-03-01', 'start_date'],
  ['2026-03-01T25:00:00Z', '2026-03-03', 'start_date'],
])(
  'responds to the range %s..%s with 422 and names the parameter',
  async (start_date, end_date, parameter) => {
    const { status, json } = await get(await simulator(), 'sleep', { start_date, end_date });
    expect(status).toBe(422);
    expect(json.detail[0]).toMatchObject({ loc: ['query', parameter], type: expect.any(String) });
  },
);

test('responds with 404 to an unknown path and with 405 to another method', async () => {
  const ring = await simulator();
  expect((await get(ring, 'naps')).status).toBe(404);
  expect((await fetch(`${ring.url}/v1/sleep`)).status).toBe(404);
  expect((await get(ring, 'sleep', {}, { method: 'POST' })).status).toBe(405);
});

test('responds with 429 and Retry-After to a request above the limit', async () => {
  const clock = handClock(NOON);
  const ring = await simulator({ clock, rateLimit: { requests: 2, windowSeconds: 60 } });
  await get(ring, 'sleep');
  clock.time += 20_000;
  await get(ring, 'sleep');
  const { status, headers } = await get(ring, 'sleep');
  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe('40');
  expect(headers.get('x-ratelimit-limit')).toBe('2');
  expect(headers.get('x-ratelimit-window')).toBe('60');
  expect(headers.get('x-ratelimit-reset')).toBe(String(clock.time / 1000 + 40));
  expect(headers.get('x-ratelimit-tier')).toBe('access_token');
  clock.time += 40_000;
  expect((await get(ring, 'sleep')).status).toBe(200);
});

test('sends no rate limit headers with a success', async () => {
  const { headers } = await get(await simulator({ rateLimit: { requests: 9, windowSeconds: 60 } }), 'sleep');
  expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});

test('records calls with query and status but without the token', async () => {
  const ring = await simulator({ apiKey: 'secret-key' });
  await get(ring, 'daily_sleep', { start_date: '2026-11-01', end_date: '2026-11-03' }, bearer('secret-key'));
  await get(ring, 'nowhere', {}, bearer('secret-key'));
  expect(ring.calls).toEqual([
    {
      method: 'GET',
      path: '/v2/usercollection/daily_sleep',
      collection: 'daily_sleep',
      query: { start_date: '2026-11-01', end_date: '2026-11-03' },
      status: 200,
      at: NOON,
    },
    expect.objectContaining({ collection: null, status: 404 }),
  ]);
  expect(JSON.stringify(ring.calls)).not.toContain('secret-key');
});

test('delays each response by the latency', async () => {
  const ring = await simulator({ latencyMs: 80 });
  const began = performance.now();
  await get(ring, 'personal_info');
  expect(performance.now() - began).toBeGreaterThanOrEqual(75);
});
