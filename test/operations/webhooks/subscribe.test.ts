import { webhookSecretFile } from '../../../services/local/data-folder/secret-file.ts';
import { webhooksOf } from '../../../services/operations/webhooks/subscribe.ts';
import { type RingSimulator, startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { LOGICAL_ID, OUTPUT } from '../../../shared/core/names.ts';
import { parseWebhookSecrets } from '../../../shared/oura/webhooks/webhook-secrets.ts';
import { APPLICATION } from '../../helpers/connected.ts';
import { openTables, type TestTables, WEBHOOK_PARAMETER } from '../../helpers/tables.ts';
import { startWebhookCallback, type WebhookCallback } from '../../helpers/webhook-callback.ts';

let tables: TestTables;
let ring: RingSimulator;
let callback: WebhookCallback;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(async () => {
  await tables.clear();
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: systemClock,
    oauth: { applications: [APPLICATION] },
  });
  callback = await startWebhookCallback(() => secrets()?.verification_token);
});
afterEach(async () => {
  await callback[Symbol.asyncDispose]();
  await ring.stop();
});
afterAll(() => tables.stop());

const secrets = () => parseWebhookSecrets(webhookSecretFile(tables.dataDir).read() ?? '');
const stack = () => ({
  ...tables,
  clock: systemClock,
  sqs: undefined as never,
  sfn: undefined as never,
  outputs: {
    [OUTPUT.ouraApiBaseUrl]: ring.url,
    [OUTPUT.ouraSyncTable]: LOGICAL_ID.ouraSyncTable,
    [OUTPUT.webhookParameter]: WEBHOOK_PARAMETER,
    [OUTPUT.timeZone]: 'America/Los_Angeles',
  },
});
const webhooks = (url = callback.url, application = APPLICATION, wait = async () => {}) =>
  webhooksOf(stack(), { application, url, wait });
const subscribe = async (at = webhooks(), anew = false) => at.subscribe(await at.plan(), anew);
const noted = () => createWebhookSubscriptions(tables.dynamodb, LOGICAL_ID.ouraSyncTable).get();

test("stores the secrets before the first of Oura's handshakes, and notes the address", async () => {
  expect(await subscribe()).toMatchObject({ created: 12, updated: 0 });
  expect(callback.accepted).toBe(12);
  expect(secrets()?.client_secret).toBe(APPLICATION.client_secret);
  expect(secrets()?.verification_token).toMatch(/^[\w-]{32}$/);
  expect(ring.webhooks.subscriptions).toHaveLength(12);
  expect(await noted()).toMatchObject({ callback_url: callback.url, valid: 12, days_left: 89 });
});

test('keeps the secrets and changes nothing the second time', async () => {
  await subscribe();
  const before = secrets();
  tables.calls.clear();
  expect(await subscribe()).toMatchObject({ created: 0, updated: 0 });
  expect(secrets()).toEqual(before);
  expect(callback.accepted).toBe(12);
});

test('subscribes again with a new token if asked to', async () => {
  await subscribe();
  const before = secrets();
  expect(await subscribe(webhooks(), true)).toMatchObject({ created: 0, updated: 12 });
  expect(secrets()?.verification_token).not.toBe(before?.verification_token);
  expect(callback.accepted).toBe(24);
});

test('shows the token to Oura again if the stored one was lost', async () => {
  await subscribe();
  await tables.clear();
  expect(await subscribe()).toMatchObject({ created: 0, updated: 12 });
  expect(callback.accepted).toBe(24);
});

test('stores a renewed client secret, and keeps the token', async () => {
  await subscribe();
  const before = secrets();
  webhookSecretFile(tables.dataDir).write(
    JSON.stringify({ client_secret: 'the-old-one', verification_token: before?.verification_token }),
  );
  await subscribe();
  expect(secrets()).toEqual(before);
});

test('moves the subscriptions to another address', async () => {
  await subscribe();
  await using other = await startWebhookCallback(() => secrets()?.verification_token);
  const moved = webhooks(other.url);
  expect((await moved.plan()).elsewhere).toHaveLength(12);
  expect(await subscribe(moved)).toMatchObject({ created: 0, updated: 12 });
  expect(await noted()).toMatchObject({ callback_url: other.url });
});

test('tries again if the receiver still had the secrets that it has read before', async () => {
  let isStale = true;
  await using stale = await startWebhookCallback(() => (isStale ? 'old' : secrets()?.verification_token));
  const waits: number[] = [];
  const at = webhooksOf(stack(), {
    application: APPLICATION,
    url: stale.url,
    wait: async (ms) => {
      waits.push(ms);
      isStale = false;
    },
  });
  expect(await subscribe(at)).toMatchObject({ created: 12 });
  expect(waits).toEqual([6000]);
});

test('fails, notes nothing and can be repeated if the address does not answer', async () => {
  const nowhere = webhooks('http://127.0.0.1:9/oura');
  await expect(subscribe(nowhere)).rejects.toMatchObject({ failure: 'refused' });
  expect(await noted()).toEqual({});
  expect(await subscribe()).toMatchObject({ created: 12 });
});

test('removes the subscriptions at its address only, and forgets the address', async () => {
  await subscribe();
  const elsewhere = webhooks('http://127.0.0.1:9/other');
  await elsewhere.remove(await elsewhere.plan());
  expect(ring.webhooks.subscriptions).toHaveLength(12);
  expect(await noted()).toMatchObject({ callback_url: callback.url });
  await webhooks().remove(await webhooks().plan());
  expect(ring.webhooks.subscriptions).toEqual([]);
  expect(await noted()).toEqual({ pk: 'webhook#subscriptions' });
});
