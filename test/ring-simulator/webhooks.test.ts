import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { RingSimulatorOptions } from '../../services/ring-simulator/start.ts';
import { RETRY_DELAYS_MS } from '../../services/ring-simulator/webhooks/delivery.ts';
import { get, handClock, NOON, simulator, stopAll } from './raw-client.ts';

const DAY = '2026-11-23';
const APPLICATION = {
  client_id: 'app',
  client_secret: 'app-secret',
  redirect_uris: [],
  portal: 'developer',
} as const;
const OTHER = { ...APPLICATION, client_id: 'other', client_secret: 'other-secret' };
const openapi = JSON.parse(readFileSync(new URL('../fixtures/oura/openapi.json', import.meta.url), 'utf8'));
const isSubscription = addFormats
  .default(new Ajv2020({ strict: false, formats: { uuid4: /^[0-9a-f-]{36}$/ } }))
  .addSchema(openapi, 'oura')
  .compile({ $ref: 'oura#/components/schemas/WebhookSubscriptionModel' });

const callbacks: Server[] = [];

afterEach(async () => {
  await stopAll();
  for (const server of callbacks.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver of webhooks that returns the challenge, and gives `answers` to the events, in order; then 200. */
const callback = async ({ answers = [] as number[], token = 'token' } = {}) => {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const handshakes: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
      handshakes.push(searchParams);
      const isRight = searchParams.get('verification_token') === token;
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ challenge: searchParams.get('challenge') }));
      return;
    }
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(answers.shift() ?? 200).end();
  });
  callbacks.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const events = () => received.flatMap(({ body }) => [JSON.parse(body)].flat());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oura`,
    received,
    handshakes,
    events,
  };
};

const portal = (options: Partial<RingSimulatorOptions> = {}) =>
  simulator({
    oauth: { applications: [APPLICATION, OTHER] },
    webhooks: { retryDelaysMs: Array(10).fill(5) },
    apiKey: 'some-key',
    ...options,
  });

const ask = async (
  ring: { readonly url: string },
  method: string,
  path = '',
  body?: unknown,
  application: { client_id: string; client_secret: string } = APPLICATION,
) => {
  const response = await fetch(`${ring.url}/v2/webhook/subscription${path}`, {
    method,
    headers: { 'x-client-id': application.client_id, 'x-client-secret': application.client_secret },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return { status: response.status, json: answer === '' ? undefined : JSON.parse(answer) };
};

const asked = (callback_url: string, more: object = {}) => ({
  callback_url,
  verification_token: 'token',
  event_type: 'create',
  data_type: 'sleep',
  ...more,
});

describe('subscriptions', () => {
  test('a subscription conforms to the OpenAPI document and expires after 90 days', async () => {
    const ring = await portal();
    const { url } = await callback();
    const { status, json } = await ask(ring, 'POST', '', asked(url));
    expect(status).toBe(201);
    expect(isSubscription(json)).toBe(true);
    expect(json).toMatchObject({ callback_url: url, event_type: 'create', data_type: 'sleep' });
    expect(Date.parse(json.expiration_time) - NOON).toBe(90 * 86_400_000);
    expect((await ask(ring, 'GET')).json).toEqual([json]);
    expect((await ask(ring, 'GET', `/${json.id}`)).json).toEqual(json);
  });

  test('the handshake comes while the POST waits, and a wrong challenge prevents the subscription', async () => {
    const ring = await portal();
    const right = await callback();
    await ask(ring, 'POST', '', asked(right.url));
    expect(right.handshakes.map((query) => query.get('verification_token'))).toEqual(['token']);
    const wrong = await callback({ token: 'another' });
    const { status } = await ask(ring, 'POST', '', asked(wrong.url, { event_type: 'update' }));
    expect(status).toBe(400);
    const down = await ask(ring, 'POST', '', asked('http://127.0.0.1:1/oura', { event_type: 'update' }));
    expect(down.status).toBe(400);
    expect(ring.webhooks.subscriptions).toHaveLength(1);
  });

  test('a pair exists once per application, whatever its callback', async () => {
    const ring = await portal();
    const [one, other] = [await callback(), await callback()];
    await ask(ring, 'POST', '', asked(one.url));
    expect((await ask(ring, 'POST', '', asked(other.url))).status).toBe(409);
    expect((await ask(ring, 'POST', '', asked(other.url), OTHER)).status).toBe(201);
    expect((await ask(ring, 'GET')).json).toHaveLength(1);
  });

  test('PUT moves a subscription to another address and needs the token', async () => {
    const ring = await portal();
    const [one, other] = [await callback(), await callback()];
    const { json } = await ask(ring, 'POST', '', asked(one.url));
    expect((await ask(ring, 'PUT', `/${json.id}`, { callback_url: other.url })).status).toBe(422);
    const moved = await ask(ring, 'PUT', `/${json.id}`, {
      callback_url: other.url,
      verification_token: 'token',
    });
    expect(moved).toEqual({ status: 200, json: { ...json, callback_url: other.url } });
    expect(other.handshakes).toHaveLength(1);
  });

  test('a renewed subscription expires 90 days later, and one that expired is gone', async () => {
    const clock = handClock();
    const ring = await portal({ clock });
    const { url } = await callback();
    const { json } = await ask(ring, 'POST', '', asked(url));
    clock.time += 60 * 86_400_000;
    const renewed = await ask(ring, 'PUT', `/renew/${json.id}`);
    expect(Date.parse(renewed.json.expiration_time) - clock.time).toBe(90 * 86_400_000);
    clock.time += 91 * 86_400_000;
    expect((await ask(ring, 'GET')).json).toEqual([]);
    expect((await ask(ring, 'PUT', `/renew/${json.id}`)).status).toBe(403);
  });

  test('DELETE removes a subscription of the own application only', async () => {
    const ring = await portal();
    const { url } = await callback();
    const { json } = await ask(ring, 'POST', '', asked(url));
    expect((await ask(ring, 'DELETE', `/${json.id}`, undefined, OTHER)).status).toBe(403);
    expect((await ask(ring, 'DELETE', `/${json.id}`)).status).toBe(204);
    expect((await ask(ring, 'DELETE', `/${json.id}`)).status).toBe(403);
  });

  test('rejects an unknown application and an invalid body', async () => {
    const ring = await portal();
    const { url } = await callback();
    const stranger = { client_id: 'app', client_secret: 'guess' };
    expect((await ask(ring, 'POST', '', asked(url), stranger)).status).toBe(401);
    expect((await ask(ring, 'POST', '', asked(url, { data_type: 'heartrate' }))).status).toBe(422);
    expect((await ask(ring, 'POST', '', asked('oura'))).status).toBe(422);
    expect((await ask(ring, 'PATCH')).status).toBe(405);
    expect(ring.webhooks.calls.map(({ status }) => status)).toEqual([401, 422, 422, 405]);
  });

  test('a fault of the webhook API leaves the other calls alone', async () => {
    const ring = await portal();
    ring.faults.next(1, 'bad_gateway', { collection: 'webhook' });
    expect((await get(ring, 'daily_sleep')).status).toBe(200);
    expect((await fetch(`${ring.url}/v2/webhook/subscription`)).status).toBe(502);
    ring.faults.always('internal_error');
    expect((await ask(ring, 'GET')).status).toBe(200);
  });
});

describe('deliveries', () => {
  /** A ring with one callback that subscribes to these types of documents. */
  const subscribed = async (
    dataTypes: readonly string[],
    {
      eventType = 'create',
      answers = [] as number[],
      ...options
    }: Partial<RingSimulatorOptions> & { eventType?: string; answers?: number[] } = {},
  ) => {
    const ring = await portal(options);
    const receiver = await callback({ answers });
    for (const data_type of dataTypes) {
      await ask(ring, 'POST', '', asked(receiver.url, { data_type, event_type: eventType }));
    }
    return { ring, receiver };
  };
  const NIGHT = ['sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2'];

  test('announces the documents of a day, signed over timestamp and raw body', async () => {
    const { ring, receiver } = await subscribed(NIGHT);
    const events = ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(events.map(({ data_type }) => data_type)).toEqual(expect.arrayContaining(NIGHT));
    expect(receiver.events()).toEqual(expect.arrayContaining([...events]));
    expect(receiver.received).toHaveLength(events.length);
    for (const { headers, body } of receiver.received) {
      const timestamp = String(headers['x-oura-timestamp']);
      expect(timestamp).toBe(String(NOON));
      const expected = createHmac('sha256', 'app-secret')
        .update(timestamp + body)
        .digest('hex');
      expect(headers['x-oura-signature']).toBe(expected.toUpperCase());
    }
    for (const { data_type, object_id } of events) {
      expect((await get(ring, `${data_type}/${object_id}`)).json.day).toBe(DAY);
    }
    expect(events[0]?.user_id).toBe((await get(ring, 'personal_info')).json.id);
    expect(JSON.stringify(ring.webhooks.deliveries)).not.toMatch(/app-secret|signature/);
  });

  test('sends only the pairs that are subscribed', async () => {
    const { ring, receiver } = await subscribed(['daily_sleep'], { eventType: 'update' });
    ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(receiver.received).toEqual([]);
    ring.webhooks.announce(DAY, { eventType: 'update' });
    await ring.webhooks.settled();
    expect(receiver.events().map(({ data_type }) => data_type)).toEqual(['daily_sleep']);
  });

  test('repeats a delivery until the callback accepts it, at most ten times', async () => {
    const { ring, receiver } = await subscribed(['daily_sleep'], { answers: [500, 404] });
    ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(ring.webhooks.deliveries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 404],
      [3, 200],
    ]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    const always = await subscribed(['daily_sleep'], { answers: Array(20).fill(503) });
    always.ring.webhooks.announce(DAY);
    await always.ring.webhooks.settled();
    expect(always.receiver.received).toHaveLength(11);
  });

  test('retries ten times within about an hour by default', () => {
    const minutes = RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0) / 60_000;
    expect(RETRY_DELAYS_MS).toHaveLength(10);
    expect(Math.round(minutes)).toBe(60);
  });

  test('410 ends the subscription and the retries', async () => {
    const { ring, receiver } = await subscribed(['daily_sleep'], { answers: [410] });
    ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(receiver.received).toHaveLength(1);
    expect(ring.webhooks.subscriptions).toEqual([]);
  });

  test('loses, duplicates and reorders events on request', async () => {
    const { ring, receiver } = await subscribed(NIGHT);
    ring.webhooks.faults.lost = 1;
    expect(ring.webhooks.announce(DAY).length).toBeGreaterThanOrEqual(4);
    await ring.webhooks.settled();
    expect(receiver.received).toEqual([]);
    Object.assign(ring.webhooks.faults, { lost: 0, duplicated: 1, reordered: true });
    const events = ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(receiver.received).toHaveLength(2 * events.length);
    const ids = receiver.events().map(({ object_id }) => object_id);
    expect(ids).not.toEqual([...events, ...events].map(({ object_id }) => object_id));
  });

  test('sends an array on request, and events again as they were', async () => {
    const { ring, receiver } = await subscribed(NIGHT);
    ring.webhooks.faults.asArray = true;
    const events = ring.webhooks.announce(DAY);
    await ring.webhooks.settled();
    expect(receiver.received.map(({ body }) => JSON.parse(body))).toEqual([events]);
    ring.webhooks.repeat(events);
    await ring.webhooks.settled();
    expect(receiver.events()).toEqual([...events, ...events]);
  });

  test('an announced document is late on request, but the lists have it', async () => {
    const clock = handClock();
    const { ring } = await subscribed(['daily_sleep'], { clock });
    ring.webhooks.faults.lateSeconds = 60;
    const [event] = ring.webhooks.announce(DAY, { collections: ['daily_sleep'] });
    const document = () => get(ring, `daily_sleep/${event?.object_id}`);
    const list = await get(ring, 'daily_sleep', { start_date: DAY, end_date: DAY });
    expect(list.json.data).toMatchObject([{ id: event?.object_id }]);
    expect((await document()).status).toBe(404);
    clock.time += 60_000;
    expect((await document()).status).toBe(200);
  });

  test('announces the deletion of a document that no longer exists', async () => {
    const { ring, receiver } = await subscribed(['sleep'], { eventType: 'delete' });
    const [gone] = ring.webhooks.announce(DAY, { collections: ['sleep'] });
    ring.edit(DAY, (records) => ({ ...records, sleep: [] }));
    ring.webhooks.send([{ event_type: 'delete', data_type: 'sleep', object_id: gone?.object_id ?? '' }]);
    await ring.webhooks.settled();
    expect(receiver.events()).toMatchObject([{ event_type: 'delete', object_id: gone?.object_id }]);
  });

  test('the messy scenario loses, duplicates and delays some events', async () => {
    const { ring } = await subscribed([], { scenario: 'messy' });
    expect(ring.webhooks.faults).toMatchObject({ reordered: true, lateSeconds: 31 });
    expect(ring.webhooks.faults.lost).toBeGreaterThan(0);
  });
});
