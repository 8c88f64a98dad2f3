import { setTimeout as sleep } from 'node:timers/promises';
import { THROTTLE } from '../../cdk/constructs/webhook-api.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON, TODAY } from './support/pipeline.ts';
import { readTables } from './support/tables.ts';
import { executionsOf, startAnnouncingRing, startReceiving, subscribe } from './support/webhooks.ts';

const folder = freshDataFolder();
const clock = clockFrom(NOON);
let ring: RingSimulator;
let runtime: LocalRuntime & { readonly url: string };
let invocations = 0;

const start = async (): Promise<void> => {
  invocations = 0;
  ring = await startAnnouncingRing(clock);
  runtime = await startReceiving({
    dataDir: folder.path,
    clock,
    baseUrl: ring.url,
    around: {
      receiver: (create) => (dependencies) => {
        const handler = create(dependencies);
        return (event, context) => {
          invocations += 1;
          return handler(event, context);
        };
      },
    },
  });
  await subscribe(runtime, clock);
};
afterEach(async () => {
  await runtime?.stop();
  await ring.stop();
});

/** Runs the daily sync of dates that are not stored yet. Returns its seconds. */
const dailyRun = async (name: string, from: string, to: string): Promise<number> => {
  const begun = performance.now();
  await startLocalRun(runtime, name, { trigger: 'schedule', from, to });
  const { output } = await runtime.waitForExecution(name);
  expect(output).toMatchObject({ status: 'complete' });
  return secondsSince(begun);
};

const FLOOD_SECONDS = 60;
const PER_SECOND = 100;

test('a flood reaches the receiver no more often than the throttle allows, and does not delay the daily run', async () => {
  await start();
  const alone = await dailyRun('alone', '2025-11-01', '2026-01-29');
  const handshakes = invocations;

  const begun = performance.now();
  const statuses = new Map<number, number>();
  const sent: Promise<void>[] = [];
  const during: Promise<number> = sleep(10_000).then(() => dailyRun('during', '2025-08-01', '2025-10-29'));
  const post = async (): Promise<void> => {
    const response = await fetch(runtime.url, {
      method: 'POST',
      body: '{"event_type":"create"}',
      headers: {
        'content-type': 'application/json',
        'x-oura-timestamp': String(clock.now()),
        'x-oura-signature': '0'.repeat(64),
      },
    });
    await response.arrayBuffer();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  };
  for (let index = 0; index < FLOOD_SECONDS * PER_SECOND; index += 1) {
    const due = begun + (index * 1000) / PER_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    sent.push(post());
  }
  await Promise.all(sent);
  const seconds = (performance.now() - begun) / 1000;
  const duringSeconds = await during;

  const flooded = invocations - handshakes;
  const most = THROTTLE.burstLimit + THROTTLE.rateLimit * seconds;
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(FLOOD_SECONDS * PER_SECOND);
  expect(flooded).toBeLessThanOrEqual(most);
  // The throttle is the limit, not the speed of this machine.
  expect(statuses.get(429) ?? 0).toBeGreaterThan(1000);
  expect(statuses.has(200)).toBe(false);
  // The flood takes CPU time of the same process, which it does not on AWS.
  expect(duringSeconds).toBeLessThan(alone + 10);
  expect((await executionsOf(runtime)).map(({ name }) => name).sort()).toEqual(['alone', 'during']);
  report({
    what: `webhooks: ${PER_SECOND} requests/s for ${Math.round(seconds)} s`,
    dates: 90,
    injected: FLOOD_SECONDS * PER_SECOND,
    stored: 90,
    no_data: 0,
    parked: 0,
    lost: 0,
    calls: flooded,
    budget: Math.floor(most),
    seconds: duringSeconds,
    note: `the daily run took ${alone} s without the flood`,
  });
});

/** Twelve events of one night: its documents are created, and then analysed again. */
const announceTwelve = async (): Promise<number> => {
  const events = [
    ...ring.webhooks.announce(TODAY),
    ...ring.webhooks.announce(TODAY, { eventType: 'update' }),
  ];
  for (const { data_type, object_id } of events.slice(0, 12 - events.length)) {
    // Another time makes another event.
    await sleep(2);
    events.push(...ring.webhooks.send([{ event_type: 'update', data_type, object_id }]));
  }
  return events.length;
};

test('a burst of twelve events starts at most two executions, and one of them asks Oura, within a minute', async () => {
  await start();
  ring.edit(TODAY, () => NO_RECORDS);
  const look = daysFrom(addDays(TODAY, -6), TODAY);
  await dailyRun('before', look[0] ?? TODAY, TODAY);
  ring.restore(TODAY);
  const earlier = { calls: ring.calls.length, executions: (await executionsOf(runtime)).length };

  const begun = performance.now();
  expect(await announceTwelve()).toBe(12);
  const isStored = async () => (await readTables(runtime, clock)).nights.some(({ date }) => date === TODAY);
  while (!(await isStored())) await sleep(100);
  const stored = secondsSince(begun);
  await ring.webhooks.settled();
  await runtime.idle();

  const executions = (await executionsOf(runtime)).length - earlier.executions;
  const calls = ring.calls.slice(earlier.calls);
  const lookUps = calls.filter(({ path }) => /^\/v2\/usercollection\/[a-z_0-9]+\/[^/]+$/.test(path));
  const requests = calls.length - lookUps.length;
  expect(stored).toBeLessThan(60);
  expect(executions).toBeLessThanOrEqual(2);
  expect(requests).toBeLessThanOrEqual(6);
  report({
    what: `webhooks: a burst of twelve events`,
    dates: 1,
    injected: 0,
    stored: 1,
    no_data: 0,
    parked: 0,
    lost: 0,
    calls: calls.length,
    seconds: stored,
    note: `${executions} executions, ${requests} requests and ${lookUps.length} look-ups`,
  });
});
