import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';
import { credentialsFile, webhookSecretFile } from '../../services/local/data-folder/secret-file.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { iso } from '../../shared/core/clock.ts';
import { addDays, dayIn } from '../../shared/core/day.ts';
import type { Env } from '../../shared/core/env.ts';
import type { PlanEvent, RunInput } from '../../shared/core/messages.ts';
import { ENV } from '../../shared/core/names.ts';
import { parseConnection } from '../../shared/oura/credentials/oauth-grant.ts';
import { APPLICATION, connect } from '../helpers/connected.ts';
import { API_KEY, openStack, type TestStack } from '../helpers/dependencies.ts';
import { workBody } from '../helpers/queues.ts';
import {
  CLIENT_SECRET,
  eventOf,
  requestOf,
  signatureOf,
  VERIFICATION_TOKEN,
} from '../receiver/receiver-bench.ts';
import { assetOf, type BundledFunction, startBundled } from './support/bundled-function.ts';

const ZONE = 'America/Los_Angeles';
const ALL = ['Planner', 'Worker', 'LogError', 'Summary', 'Receiver', 'Watcher'];
const ESBUILD = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'esbuild');

let stack: TestStack;
let ring: RingSimulator;
const started: BundledFunction[] = [];
beforeAll(async () => {
  stack = await openStack();
});
beforeEach(async () => {
  await stack.clear();
  // The bundles have the system's clock: they run as deployed.
  ring = await startRingSimulator({
    timeZone: ZONE,
    clock: { now: () => Date.now() },
    apiKey: API_KEY,
  });
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()));
  await ring.stop();
});
afterAll(() => stack.stop());

const awsKeys = ({ accessKeyId, secretAccessKey }: AccessKeys): Env => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

const start = async (name: string, changes: Env = {}): Promise<BundledFunction> => {
  const env = stack.of(name, { [ENV.ouraApiBaseUrl]: ring.url, ...changes }).env;
  const endpoint = new URL(env[ENV.workQueueUrl] ?? stack.queues.url('work')).origin;
  const bundled = await startBundled(name, {
    ...env,
    AWS_ENDPOINT_URL: endpoint,
    ...awsKeys(stack.keys),
  });
  started.push(bundled);
  return bundled;
};

const night = async (date: string) =>
  (await stack.raw.dynamodb.send(new GetCommand({ TableName: 'OuraSleepTable', Key: { date } }))).Item;

test.each(ALL)('the asset of %s is one file that needs nothing but Node', (name) => {
  const asset = assetOf(name);
  expect(readdirSync(asset)).toEqual(['index.mjs']);
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-alone-'));
  try {
    cpSync(asset, folder, { recursive: true });
    // Bundling it again fails where an import is neither Node's nor in the folder.
    const again = ['index.mjs', '--bundle', '--platform=node', '--format=esm', '--log-level=error'];
    execFileSync(ESBUILD, [...again, '--outfile=again.mjs'], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The last days of the stack's zone. Without an end, a run also requests the date that has begun further east. */
const lastDays = (count: number): RunInput => {
  const to = dayIn(ZONE, Date.now());
  return { trigger: 'manual', from: addDays(to, 1 - count), to };
};

test('a run goes through the four bundles: planned, stored, completed, summarized', async () => {
  const event = await stack.startRun('run-1', lastDays(3));
  const planner = await start('Planner');
  expect(await planner.invoke(event)).toEqual({ response: { queued: 3 } });

  const batch = await stack.queues.receive('work');
  expect(batch.Records).toHaveLength(3);
  const worker = await start('Worker');
  expect(await worker.invoke(batch)).toEqual({ response: { batchItemFailures: [] } });
  const state = await stack.afterPlan('run-1');
  expect(state).toMatchObject({ plan: { run_id: 'run-1' } });
  const dates = batch.Records.map(({ body }) => (JSON.parse(body) as { date: string }).date);
  for (const date of dates) expect(await night(date)).toMatchObject({ date, revision: 1 });

  const summary = await start('Summary');
  expect(await summary.invoke({ run_id: 'run-1', state })).toMatchObject({
    response: { status: 'complete', counts: { stored: 3 } },
  });
  expect(worker.log()).toContain('"DatesStored":3');
});

test('the watcher asks for last night, and keeps the morning in the ledger', async () => {
  const withMornings = await openStack({ mornings: true });
  try {
    const { env } = withMornings.of('Watcher', { [ENV.ouraApiBaseUrl]: ring.url });
    const watcher = await startBundled('Watcher', {
      ...env,
      AWS_ENDPOINT_URL: new URL(withMornings.queues.url('work')).origin,
      ...awsKeys(withMornings.keys),
    });
    started.push(watcher);
    const found = (await watcher.invoke({})) as { response: { found: string } };
    // The bundle has the system's clock, so it may be before seven for the sleeper.
    expect(['idle', 'awaited', 'started']).toContain(found.response.found);
    const { Item } = await withMornings.raw.dynamodb.send(
      new GetCommand({ TableName: 'OuraSyncTable', Key: { pk: 'morning#watch' } }),
    );
    expect(Item).toMatchObject({ day: dayIn(ZONE, Date.now()), requests: expect.any(Number) });
  } finally {
    await withMornings.stop();
  }
});

test('an error of a handler keeps its name: a rejected key differs from a missing one', async () => {
  const event = await stack.startRun('run-2', lastDays(1));
  ring.account.apiKey = 'another';
  const rejected = await (await start('Planner')).invoke(event);
  expect(rejected).toMatchObject({ error: { errorType: 'CredentialsRejected' } });
  const missing = await start('Planner', { [ENV.ouraApiKey]: 'ssm:/nowhere/key' });
  expect(await missing.invoke(event)).toMatchObject({
    error: { errorType: 'ApiKeyMissing', errorMessage: expect.stringContaining('/nowhere/key') },
  });
});

test('a bundled function refreshes a connection whose token has ended, and stores the next pair', async () => {
  const clock = { now: () => Date.now() };
  const connected = await openStack({}, '');
  const oauth = { applications: [APPLICATION] };
  const own = await startRingSimulator({ timeZone: ZONE, clock, oauth });
  try {
    const before = connect(connected.dataDir, own, clock, { expires_at: iso(clock.now() - 3_600_000) });
    const event = await connected.startRun('run-4', lastDays(1));
    const { env } = connected.of('Planner', { [ENV.ouraApiBaseUrl]: own.url });
    const planner = await startBundled('Planner', {
      ...env,
      AWS_ENDPOINT_URL: new URL(env[ENV.workQueueUrl] ?? '').origin,
      ...awsKeys(connected.keys),
    });
    started.push(planner);
    expect(await planner.invoke(event)).toEqual({ response: { queued: 1 } });
    expect(own.oauth.refreshes).toBe(1);
    const after = parseConnection(credentialsFile(connected.dataDir).read() ?? '');
    expect(after?.refresh_token).not.toBe(before.refresh_token);
    for (const secret of own.oauth.secrets) expect(planner.log()).not.toContain(secret);
  } finally {
    await own.stop();
    await connected.stop();
  }
});

test('the receiver answers a handshake, keeps a signed event in base64, and rejects a forged one', async () => {
  const withWebhooks = await openStack({ webhooks: true });
  try {
    const { env } = withWebhooks.of('Receiver');
    webhookSecretFile(withWebhooks.dataDir).write(
      JSON.stringify({ client_secret: CLIENT_SECRET, verification_token: VERIFICATION_TOKEN }),
    );
    const receiver = await startBundled('Receiver', {
      ...env,
      AWS_ENDPOINT_URL: new URL(withWebhooks.queues.url('work')).origin,
      ...awsKeys(withWebhooks.keys),
    });
    started.push(receiver);
    const query = { verification_token: VERIFICATION_TOKEN, challenge: 'the-challenge' };
    expect(await receiver.invoke(requestOf('GET', { queryStringParameters: query }))).toEqual({
      response: expect.objectContaining({ statusCode: 200, body: '{"challenge":"the-challenge"}' }),
    });
    const body = JSON.stringify(eventOf());
    const timestamp = String(Date.now());
    const post = (signature: string) =>
      receiver.invoke(
        requestOf('POST', {
          headers: { 'x-oura-timestamp': timestamp, 'x-oura-signature': signature },
          body: Buffer.from(body).toString('base64'),
          isBase64Encoded: true,
        }),
      );
    expect(await post('0'.repeat(64))).toMatchObject({ response: { statusCode: 401 } });
    expect(await post(signatureOf(body, timestamp))).toMatchObject({ response: { statusCode: 200 } });
    const { Item = {} } = await withWebhooks.raw.dynamodb.send(
      new GetCommand({ TableName: 'OuraSyncTable', Key: { pk: 'webhook#pending' } }),
    );
    expect([...(Item['events'] as Set<string>)].map((key) => JSON.parse(key))).toEqual([eventOf()]);
    expect(receiver.log()).not.toContain(CLIENT_SECRET);
  } finally {
    await withWebhooks.stop();
  }
});

test('a function without its environment says which variable is missing', async () => {
  const worker = await start('Worker', { [ENV.ouraSyncTable]: '' });
  expect(await worker.invoke({ Records: [] })).toMatchObject({
    error: { errorType: 'EnvironmentInvalid', errorMessage: expect.stringContaining(ENV.ouraSyncTable) },
  });
});

test('an event that is none is refused by name', async () => {
  expect(await (await start('Summary')).invoke({ nothing: true })).toMatchObject({
    error: { errorType: 'ValidationError' },
  });
});

test('a function survives its own error: the next invocation is answered by the same process', async () => {
  const event: PlanEvent = await stack.startRun('run-3', lastDays(1));
  const planner = await start('Planner');
  expect(await planner.invoke({ nothing: true })).toMatchObject({ error: { errorType: 'ValidationError' } });
  expect(await planner.invoke(event)).toEqual({ response: { queued: 1 } });
});

test('the worker hands back what an outage kept, and only that', async () => {
  await stack.queues.send('work', workBody('run-4', '2026-03-01'));
  await stack.queues.send('work', 'not a work message');
  ring.faults.always('unavailable');
  const batch = await stack.queues.receive('work');
  const kept = batch.Records.filter(({ body }) => body.includes('run-4'));
  expect([batch.Records.length, kept.length]).toEqual([2, 1]);
  // Retries within the invocation take up to 4.4 s.
  expect(await (await start('Worker')).invoke(batch, 20)).toEqual({
    response: { batchItemFailures: kept.map(({ messageId }) => ({ itemIdentifier: messageId })) },
  });
  const { Records } = await stack.queues.receive('deadLetter');
  expect(Records.map(({ body }) => body)).toEqual(['not a work message']);
});

test('log-error parks a message, and hands it back where the parked queue is away', async () => {
  await stack.queues.send('deadLetter', workBody('run-5', '2026-03-01'));
  const batch = await stack.queues.receive('deadLetter');
  const away = await start('LogError', {
    [ENV.parkedQueueUrl]: stack.queues.url('parked').replace('Parked', 'No'),
  });
  expect(await away.invoke(batch)).toEqual({
    response: { batchItemFailures: batch.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) },
  });
  const logError = await start('LogError');
  expect(await logError.invoke(batch)).toEqual({ response: { batchItemFailures: [] } });
  const { Records } = await stack.queues.receive('parked');
  expect(Records.map(({ body }) => body)).toEqual([workBody('run-5', '2026-03-01')]);
});
