import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { webhookSecretStore } from '../../../shared/aws/store/webhook-secret.ts';
import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { createWebhookUser } from '../../../shared/aws/store/webhook-user.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { openTables, PARAMETER, type TestTables, WEBHOOK_PARAMETER } from '../../helpers/tables.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const SECRET = { client_secret: 'the-secret', verification_token: 'the-token' };
const CHECKED = { checked_on: '2026-03-10', valid: 12, days_left: 89 } as const;

test('keeps the secret of the receiver apart from the credentials, readable only by the owner', async () => {
  const store = webhookSecretStore(tables.ssm, WEBHOOK_PARAMETER);
  expect(await store.read()).toBeUndefined();
  await store.write(SECRET);
  expect(await store.read()).toEqual(SECRET);
  expect(statSync(join(tables.dataDir, 'webhook.json')).mode & 0o777).toBe(0o600);
  await expect(webhookSecretStore(tables.ssm, PARAMETER).read()).resolves.toBeUndefined();
});

test.each(['no json', '{"client_secret":"","verification_token":"c"}', '{"client_secret":"a"}'])(
  'reads %j as no secret',
  async (Value) => {
    await tables.ssm.send(
      new PutParameterCommand({ Name: WEBHOOK_PARAMETER, Value, Type: 'SecureString', Overwrite: true }),
    );
    expect(await webhookSecretStore(tables.ssm, WEBHOOK_PARAMETER).read()).toBeUndefined();
  },
);

test('remembers the user until another one is connected', async () => {
  const user = createWebhookUser(tables.dynamodb, LOGICAL_ID.ouraSyncTable);
  expect(await user.get()).toBeUndefined();
  await user.set('user-1');
  expect(await user.get()).toBe('user-1');
  await user.set(undefined);
  expect(await user.get()).toBeUndefined();
});

test('remembers the subscribed address through later checks, until its subscriptions are removed', async () => {
  const subscriptions = createWebhookSubscriptions(tables.dynamodb, LOGICAL_ID.ouraSyncTable);
  expect(await subscriptions.get()).toEqual({});
  await subscriptions.subscribed('https://me.example.org/oura', CHECKED);
  await subscriptions.check({ ...CHECKED, checked_on: '2026-03-11', days_left: 88 });
  expect(await subscriptions.get()).toEqual({
    pk: 'webhook#subscriptions',
    callback_url: 'https://me.example.org/oura',
    checked_on: '2026-03-11',
    valid: 12,
    days_left: 88,
  });
  await subscriptions.removed();
  expect(await subscriptions.get()).toEqual({ pk: 'webhook#subscriptions' });
});
