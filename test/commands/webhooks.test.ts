import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsFile, webhookSecretFile } from '../../services/local/data-folder/secret-file.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createWebhookUser } from '../../shared/aws/store/webhook-user.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { parseWebhookSecrets } from '../../shared/oura/webhooks/webhook-secrets.ts';
import { type AwsFront, startAwsFront } from '../helpers/aws-front.ts';
import { type Ended, freshDataFolder, runCommand } from '../helpers/command.ts';
import { APPLICATION, connect, newConnection } from '../helpers/connected.ts';
import { openTables, PARAMETER, type TestTables, WEBHOOK_PARAMETER } from '../helpers/tables.ts';
import { startWebhookCallback, type WebhookCallback } from '../helpers/webhook-callback.ts';

let ring: RingSimulator;
let tables: TestTables;
let front: AwsFront;
let callback: WebhookCallback;
beforeAll(async () => {
  tables = await openTables();
  front = await startAwsFront();
});
beforeEach(async () => {
  await tables.clear();
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: systemClock,
    oauth: { applications: [APPLICATION] },
  });
  callback = await startWebhookCallback(() => secrets()?.verification_token);
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: outputs() };
});
afterEach(async () => {
  await callback[Symbol.asyncDispose]();
  await ring.stop();
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await tables.stop();
});

const secrets = () => parseWebhookSecrets(webhookSecretFile(tables.dataDir).read() ?? '');
const outputs = (webhookUrl = callback.url) => ({
  [OUTPUT.ouraApiBaseUrl]: ring.url,
  [OUTPUT.ouraApiKeyParameter]: PARAMETER,
  [OUTPUT.ouraSyncTable]: LOGICAL_ID.ouraSyncTable,
  [OUTPUT.timeZone]: 'America/Los_Angeles',
  [OUTPUT.webhookUrl]: webhookUrl,
  [OUTPUT.webhookParameter]: WEBHOOK_PARAMETER,
});

const run = (...args: string[]): Promise<Ended> => {
  const { url, keys } = tables.endpoint;
  return runCommand(['webhooks', ...args, '--aws'], front.env(url, keys));
};
const connectStack = () => connect(tables.dataDir, ring, systemClock);
const secretsIn = ({ stdout, stderr }: Ended) =>
  [APPLICATION.client_secret, secrets()?.verification_token ?? '-'].filter((secret) =>
    `${stdout}${stderr}`.includes(secret),
  );

test('shows what is missing, subscribes once, and shows the subscriptions', async () => {
  connectStack();
  const before = await run();
  expect(before).toMatchObject({ code: 1, stderr: '' });
  expect(before.stdout).toContain('not subscribed');
  const subscribed = await run('subscribe');
  expect(subscribed).toMatchObject({ code: 0, stderr: '' });
  expect(subscribed.stdout).toBe(`Subscribed: 12 created, 0 updated. All 12 events go to ${callback.url}.\n`);
  expect(secretsIn(subscribed)).toEqual([]);
  expect(callback.accepted).toBe(12);
  expect(await createWebhookUser(tables.raw, LOGICAL_ID.ouraSyncTable).get()).toMatch(/./);
  const again = await run('subscribe');
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Already subscribed') });
  const listed = await run('list', '--format', 'json');
  expect(listed.code).toBe(0);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    url: callback.url,
    subscribed: expect.arrayContaining([
      expect.objectContaining({ data_type: 'sleep', event_type: 'create', callback_url: callback.url }),
    ]),
    elsewhere: [],
    missing: [],
    other_events: [],
  });
  expect((await run()).stdout).toContain('89 days');
  expect(await run('repair')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 created, 12 updated'),
  });
});

test('shows the subscriptions of another address before it moves them', async () => {
  connectStack();
  await run('subscribe');
  await using moved = await startWebhookCallback(() => secrets()?.verification_token);
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: outputs(moved.url) };
  const asked = await run('subscribe');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(asked.stdout).toContain('Another address receives 12 events of this application:');
  expect(asked.stdout).toContain(callback.url);
  expect(moved.accepted).toBe(0);
  const done = await run('subscribe', '--yes');
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('0 created, 12 updated') });
  expect(ring.webhooks.subscriptions.map(({ callback_url }) => callback_url)).toEqual(
    Array.from({ length: 12 }, () => moved.url),
  );
});

test('removes the subscriptions of the stack', async () => {
  connectStack();
  await run('subscribe');
  expect(await run('remove')).toMatchObject({
    code: 0,
    stdout: `Removed 12 subscriptions at ${callback.url}.\n`,
  });
  expect(ring.webhooks.subscriptions).toEqual([]);
});

test('says that the address cannot be reached, and what to check', async () => {
  connectStack();
  const failed = await run('subscribe', '--url', 'http://127.0.0.1:9/oura');
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('can be reached') });
  expect(secretsIn(failed)).toEqual([]);
}, 60_000);

test('refuses a personal access token with the reason', async () => {
  credentialsFile(tables.dataDir).write('a-personal-access-token');
  for (const action of [[], ['subscribe'], ['remove']]) {
    expect(await run(...action)).toMatchObject({
      code: 2,
      stderr:
        'Webhooks need the client ID and secret of an application, which a personal access token does not have: run npm run connect -- --aws first.\n',
    });
  }
});

test('refuses to subscribe a stack without webhooks, and says how to turn them on', async () => {
  connectStack();
  const { [OUTPUT.webhookUrl]: _, [OUTPUT.webhookParameter]: __, ...others } = outputs();
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: others };
  expect(await run('subscribe')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm run deploy -- --set webhooks=true'),
  });
  expect(await run('subscribe', '--url', callback.url)).toMatchObject({ code: 2 });
});

test('reports a client secret that Oura does not accept', async () => {
  connect(tables.dataDir, ring, systemClock, { client_secret: 'an-old-secret' });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('run npm run connect') });
});

describe('connect', () => {
  const folder = freshDataFolder();
  const user = () => createWebhookUser(tables.raw, LOGICAL_ID.ouraSyncTable);
  const connectAgain = (change: object = {}) => {
    mkdirSync(folder.path, { recursive: true });
    const file = join(folder.path, 'grant.json');
    writeFileSync(file, JSON.stringify({ ...newConnection(ring, systemClock), ...change }), { mode: 0o600 });
    const { url, keys } = tables.endpoint;
    return runCommand(['connect', '--import', file, '--aws'], front.env(url, keys));
  };

  test('stores the id of the user for the webhooks, and says how to subscribe', async () => {
    expect(await connectAgain()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(': npm run webhooks -- subscribe --aws\n'),
    });
    expect(await user().get()).toMatch(/./);
  });

  test('forgets the id of an earlier user if that of the new one is unknown', async () => {
    await user().set('the-earlier-user');
    expect(await connectAgain({ expires_at: '2026-01-01T00:00:00Z' })).toMatchObject({ code: 0 });
    expect(await user().get()).toBeUndefined();
  });

  test('says how to turn webhooks on, and stores no user, if the stack has none', async () => {
    const { [OUTPUT.webhookUrl]: _, [OUTPUT.webhookParameter]: __, ...others } = outputs();
    front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: others };
    expect((await connectAgain()).stdout).toContain(
      ': npm run deploy -- --set webhooks=true, then npm run webhooks -- subscribe --aws\n',
    );
    expect(await user().get()).toBeUndefined();
  });
});

describe('a data folder', () => {
  const folder = freshDataFolder();
  const local = (args: string[], env: Record<string, string> = {}) =>
    runCommand(['webhooks', ...args, ...folder.option], { OURA_API_BASE_URL: ring.url, ...env });

  test('without a connection is refused', async () => {
    expect(await local([])).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run connect') });
    expect(await local([], { OURA_API_KEY: 'token' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unset it to use the connection'),
    });
  });

  test('that is only connected lists and removes, also what a removed stack has left', async () => {
    connectStack();
    await run('subscribe');
    mkdirSync(folder.path, { recursive: true });
    connect(folder.path, ring, systemClock);
    expect(await local([])).toMatchObject({ code: 1, stdout: expect.stringContaining(callback.url) });
    expect(await local(['remove'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--url') });
    expect(await local(['subscribe', '--url', callback.url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--webhook-url'),
    });
    expect(await local(['remove', '--url', callback.url])).toMatchObject({ code: 0 });
    expect(ring.webhooks.subscriptions).toEqual([]);
  });
});

test.each([
  [['sign-up'], /choices/],
  [['subscribe', '--url', 'ftp://x'], /https URL/],
  [['subscribe', '--url', 'http://example.org/oura'], /https URL/],
])('rejects %j', async (args, reason) => {
  expect(await runCommand(['webhooks', ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(reason),
  });
});
