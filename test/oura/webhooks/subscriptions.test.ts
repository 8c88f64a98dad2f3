import { inspect } from 'node:util';
import { createSubscriptions, expiresAt } from '../../../shared/oura/webhooks/subscriptions.ts';
import {
  APPLICATION,
  type SubscriptionPortal,
  startSubscriptionPortal,
} from '../../helpers/subscription-portal.ts';

const PAIR = { event_type: 'create', data_type: 'sleep' };
const CALLBACK = { url: 'https://me.example.org/oura', verificationToken: 'TOKEN-OF-HANDSHAKE-91c0' };

let portal: SubscriptionPortal;
beforeEach(async () => {
  portal = await startSubscriptionPortal();
});
afterEach(() => portal[Symbol.asyncDispose]());

const api = (application = APPLICATION, baseUrl = portal.url) =>
  createSubscriptions({ baseUrl, application });

const failureOf = (promise: Promise<unknown>): Promise<Error & Record<string, unknown>> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );

test('creates, lists, moves, renews and removes a subscription', async () => {
  const created = await api().create(PAIR, CALLBACK);
  expect(portal.requests[0]).toEqual({
    method: 'POST',
    path: '/v2/webhook/subscription',
    body: { ...PAIR, callback_url: CALLBACK.url, verification_token: CALLBACK.verificationToken },
  });
  expect(await api().list()).toEqual([created]);
  const moved = await api().update(created, { ...CALLBACK, url: 'https://new.example.org/' });
  expect(moved).toEqual({ ...created, callback_url: 'https://new.example.org/' });
  expect(portal.requests.at(-1)?.body).toMatchObject({ verification_token: CALLBACK.verificationToken });
  expect(await api().renew(created.id)).toMatchObject({ id: created.id });
  expect(portal.requests.at(-1)).toMatchObject({
    method: 'PUT',
    path: `/v2/webhook/subscription/renew/${created.id}`,
  });
  await api().remove(created.id);
  expect(portal.subscriptions).toEqual([]);
});

test.each([
  ['exists', 409, false, 'correct-input'],
  ['refused', 422, false, null],
  ['credentials', 401, false, 'correct-input'],
  ['credentials', 403, false, 'correct-input'],
  ['unavailable', 302, true, null],
])('calls a create that fails %s for the status %d', async (failure, status, retryable, action) => {
  portal.failures = [status];
  const error = await failureOf(api().create(PAIR, CALLBACK));
  expect(error).toMatchObject({ name: 'SubscriptionFailed', failure, status });
  if (failure !== 'exists') expect(error['consequences']).toMatchObject({ retryable, action });
});

test.each([403, 404])('calls a subscription gone if its id answers %d', async (status) => {
  portal.failures = [status];
  expect(await failureOf(api().renew('abc'))).toMatchObject({ failure: 'gone' });
});

test('repeats a request that met a 503, a 429 without a long wait, or a lost answer', async () => {
  portal.failures = [503, 'lost'];
  expect(await api().list()).toEqual([]);
  expect(portal.requests).toHaveLength(3);
});

test('sends nothing after its signal is aborted', async () => {
  const stopped = createSubscriptions({
    baseUrl: portal.url,
    application: APPLICATION,
    signal: AbortSignal.abort(),
  });
  expect(await failureOf(stopped.list())).toMatchObject({ failure: 'unavailable' });
  expect(portal.requests).toEqual([]);
});

test('does not wait for a 429 that names no time', async () => {
  portal.failures = [429];
  expect(await failureOf(api().list())).toMatchObject({ failure: 'unavailable', status: 429 });
  expect(portal.requests).toHaveLength(1);
});

test('reads a list that is not one as unavailable', async () => {
  portal.subscriptions = [{ id: 'x' } as never];
  expect(await failureOf(api().list())).toMatchObject({ failure: 'unavailable', status: 200 });
});

test('shows no secret in any failure', async () => {
  const unknown = { ...APPLICATION, client_id: 'other' };
  portal.failures = [];
  const failures = [
    await failureOf(api(unknown).list()),
    await failureOf(api(APPLICATION, 'http://127.0.0.1:9').create(PAIR, CALLBACK)),
  ];
  portal.failures = [422];
  failures.push(await failureOf(api().create(PAIR, CALLBACK)));
  for (const failure of failures) {
    const shown = inspect(failure, { depth: 9, showHidden: true });
    expect(shown).not.toContain(APPLICATION.client_secret);
    expect(shown).not.toContain(CALLBACK.verificationToken);
  }
});

test('sends the client secret to this machine or over https only', () => {
  expect(() => api(APPLICATION, 'http://portal.example.org')).toThrow(/https URL/);
});

test('reads an expiry without offset as UTC', () => {
  const at = Date.parse('2026-12-22T04:26:45Z');
  expect(expiresAt({ expiration_time: '2026-12-22T04:26:45' })).toBe(at);
  expect(expiresAt({ expiration_time: '2026-12-22T05:26:45+01:00' })).toBe(at);
});
