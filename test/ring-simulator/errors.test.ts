import { get, handClock, NOON, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('no Authorization header is a bad request, not 401', async () => {
  const { status, json } = await get(await simulator(), 'sleep', {}, { headers: {} });
  expect(status).toBe(400);
  expect(json.detail).toMatch(/^Missing auth token/);
});

test('any token but the key is 401', async () => {
  const ring = await simulator({ apiKey: 'right' });
  expect((await get(ring, 'sleep', {}, bearer('right'))).status).toBe(200);
  const { status, json } = await get(ring, 'sleep', {}, bearer('wrong'));
  expect({ status, json }).toMatchObject({ status: 401, json: { status: 401, title: 'Unauthorized' } });
  expect((await get(ring, 'sleep', {}, { headers: { authorization: 'right' } })).status).toBe(401);
});

test('without a key every token passes', async () => {
  expect((await get(await simulator(), 'sleep', {}, bearer('whatever'))).status).toBe(200);
});

test('a key that is revoked while the simulator runs is 401 from then on', async () => {
  const ring = await simulator({ apiKey: 'old' });
  ring.account.apiKey = 'new';
  expect((await get(ring, 'sleep', {}, bearer('old'))).status).toBe(401);
});

test('a collection whose scope was not granted is 401, the others are not', async () => {
  const ring = await simulator({ grantedScopes: ['extapi:daily'] });
  expect((await get(ring, 'daily_spo2')).status).toBe(401);
  expect((await get(ring, 'daily_sleep')).status).toBe(200);
});

test('personal_info gives the id without any scope, and the rest with its scope only', async () => {
  const bare = await get(await simulator({ grantedScopes: [] }), 'personal_info');
  expect(Object.keys(bare.json)).toEqual(['id']);
  const full = await get(await simulator({ grantedScopes: ['personal', 'email'] }), 'personal_info');
  expect(full.json).toMatchObject({ id: bare.json.id, email: expect.any(String), age: expect.any(Number) });
});

test('a lapsed membership is 403', async () => {
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
])('the range %s..%s is 422 and names the parameter', async (start_date, end_date, parameter) => {
  const { status, json } = await get(await simulator(), 'sleep', { start_date, end_date });
  expect(status).toBe(422);
  expect(json.detail[0]).toMatchObject({ loc: ['query', parameter], type: expect.any(String) });
});

test('an unknown path is 404, another method 405', async () => {
  const ring = await simulator();
  expect((await get(ring, 'naps')).status).toBe(404);
  expect((await fetch(`${ring.url}/v1/sleep`)).status).toBe(404);
  expect((await get(ring, 'sleep', {}, { method: 'POST' })).status).toBe(405);
});

test('one request too many in the window is 429 and says when to come back', async () => {
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

test('a success carries no rate headers', async () => {
  const { headers } = await get(await simulator({ rateLimit: { requests: 9, windowSeconds: 60 } }), 'sleep');
  expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});

test('calls are recorded with their query and status, and without the token', async () => {
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

test('an answer takes as long as the latency says', async () => {
  const ring = await simulator({ latencyMs: 80 });
  const began = performance.now();
  await get(ring, 'personal_info');
  expect(performance.now() - began).toBeGreaterThanOrEqual(75);
});
