import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readSettings } from '../../cdk/settings.ts';
import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import { type LocalRuntime, startLocal } from '../../services/local/start.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import type { RunSummary } from '../../services/summary/summarize.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { type TestClock, testClock } from '../helpers/clock.ts';
import { APPLICATION, connect, newConnection } from '../helpers/connected.ts';
import { type TestLog, testLog } from '../helpers/log.ts';
import { startTlsServer } from '../helpers/socket-server.ts';
import { stackTemplate } from '../helpers/stack-template.ts';
import { startLocalRun } from '../helpers/start-run.ts';

const DAY_S = 86_400;

let dataDir: string;
let clock: TestClock;
let ring: RingSimulator;
let runtime: LocalRuntime;
let log: TestLog;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-reconnect-'));
  clock = testClock('2026-03-10T12:00:00-07:00');
  log = testLog();
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock,
    oauth: { applications: [APPLICATION] },
  });
  const settings = readSettings({
    retryBaseSeconds: 0.05,
    batchSize: 10,
    batchingWindowSeconds: 0,
    lookBackDays: 3,
    ouraApiBaseUrl: ring.url,
  });
  const template = await stackTemplate(settings);
  const { console } = log;
  runtime = await startLocal({ settings, dataDir, clock, template, secrets: {}, console, schedule: false });
});
afterAll(async () => {
  await runtime.stop();
  await ring.stop();
  await rm(dataDir, { recursive: true, force: true });
});

let runs = 0;
const run = async (input: RunInput = { trigger: 'schedule' }): Promise<RunSummary> => {
  runs += 1;
  await startLocalRun(runtime, `run-${runs}`, input);
  const { output } = await runtime.waitForExecution(`run-${runs}`);
  await runtime.idle();
  return output as RunSummary;
};
const requests = (): number => ring.calls.length + ring.oauth.tokenCalls.length;
const metric = (name: string): number => log.text().split(`"${name}":1`).length - 1;

test('a rejected refresh fails the run at once, queues nothing and is not repeated; a new connection heals the next run', async () => {
  connect(dataDir, ring, clock);
  ring.oauth.revokeAll();
  clock.advance(2 * DAY_S);
  const failed = await run();
  expect(failed).toMatchObject({ status: 'failed', cause: 'ReconnectNeeded', counts: { planned: 0 } });
  // One refresh, and not a single call of the API.
  expect([ring.oauth.tokenCalls.length, ring.calls.length]).toEqual([1, 0]);
  expect(metric('CredentialsRejected')).toBe(1);

  clock.advance(DAY_S);
  expect(await run()).toMatchObject({ status: 'failed', cause: 'ReconnectNeeded' });
  expect(requests()).toBe(1);

  connect(dataDir, ring, clock);
  const healed = await run();
  // Six days: the look-back of three, and the three on which nothing was asked.
  expect(healed).toMatchObject({ status: 'complete', cause: null, counts: { failed: 0, pending: 0 } });
  expect(healed.counts.planned).toBeGreaterThanOrEqual(3);
  expect(ring.oauth.tokenCalls).toHaveLength(1);
});

test('a connection refreshes itself day after day', async () => {
  const before = ring.oauth.refreshes;
  for (const day of [1, 2, 3]) {
    clock.advance(DAY_S);
    expect(await run()).toMatchObject({ status: 'complete' });
    expect(ring.oauth.refreshes).toBe(before + day);
  }
  expect(ring.oauth.presentedTwice).toBe(0);
});

test('an access token that ends before its time is refreshed once by the planner, and the run goes on', async () => {
  const before = ring.oauth.refreshes;
  ring.oauth.expireAccessTokens();
  expect(await run({ trigger: 'manual', from: '2026-02-01', to: '2026-02-02' })).toMatchObject({
    status: 'complete',
    counts: { planned: 2, failed: 0 },
  });
  expect(ring.oauth.refreshes).toBe(before + 1);
});

test('while the token URL is down nothing is lost: the dates wait in the queue, as for any outage', async () => {
  clock.advance(2 * DAY_S);
  ring.faults.next(2, 'unavailable', { collection: 'token' });
  const input: RunInput = { trigger: 'manual', from: '2026-02-03', to: '2026-02-04' };
  expect(await run(input)).toMatchObject({ status: 'complete', counts: { planned: 2, failed: 0 } });
});

test('a run in which the token URL cannot be trusted parks its dates, and ends the connection neither in the planner nor in a worker', async () => {
  await using wall = await startTlsServer((socket) => socket.end());
  connect(dataDir, ring, clock, { token_url: `https://localhost:${wall.port}/token` });
  clock.advance(2 * DAY_S);
  const input: RunInput = { trigger: 'manual', from: '2026-02-05', to: '2026-02-06' };
  const summary = await run(input);
  expect(summary).toMatchObject({ cause: null, counts: { planned: 2, failed: 2 } });
  expect(summary.failed_by_cause).toEqual({ TokenRefreshFailed: 2 });
  // The planner once, and a worker at each of the five attempts; none has sent a byte of a request.
  expect(wall.connections()).toBeGreaterThan(5);
  expect(wall.received()).toBe('');

  const { token_url } = newConnection(ring, clock);
  const kept = JSON.parse(credentialsFile(dataDir).read() ?? '');
  credentialsFile(dataDir).write(JSON.stringify({ ...kept, token_url }));
  expect(await run(input)).toMatchObject({ status: 'complete', counts: { planned: 2, failed: 0 } });
});

test('a grant that is taken back during a run fails its dates with that cause, without another call', async () => {
  clock.advance(2 * DAY_S);
  // The planner cannot tell; by the time that the worker asks, it is over.
  ring.faults.next(1, 'unavailable', { collection: 'token' });
  ring.oauth.revokeAll();
  const before = requests();
  const summary = await run({ trigger: 'manual', from: '2026-01-01', to: '2026-01-12' });
  expect(summary).toMatchObject({ status: 'failed', cause: null, counts: { planned: 12, failed: 12 } });
  expect(summary.failed_by_cause).toEqual({ ReconnectNeeded: 12 });
  expect(requests() - before).toBe(1);
});

test('no secret is in the log, in the ledger or in the output of a run', async () => {
  const { Items } = await runtime.clients.dynamodb.send(
    new ScanCommand({ TableName: LOGICAL_ID.ouraSyncTable }),
  );
  const said = log.text() + JSON.stringify(Items) + JSON.stringify(await run());
  const kept = readFileSync(join(dataDir, 'credentials.json'), 'utf8');
  expect(ring.oauth.secrets.some((secret) => kept.includes(secret))).toBe(true);
  expect(said).toContain('lock#token-refresh');
  for (const secret of [...ring.oauth.secrets, APPLICATION.client_secret]) expect(said).not.toContain(secret);
});
