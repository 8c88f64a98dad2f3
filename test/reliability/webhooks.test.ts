import type { SFNClient } from '@aws-sdk/client-sfn';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import type { Template } from '../../services/local/template/parse-template.ts';
import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { signedHeaders, type WebhookEvent } from '../../services/ring-simulator/webhooks/delivery.ts';
import { type Clock, clockFrom } from '../../shared/core/clock.ts';
import { addDays, type Day, daysFrom, MS_PER_DAY } from '../../shared/core/day.ts';
import { eventKey } from '../../shared/core/webhook-events.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { APPLICATION } from '../helpers/connected.ts';
import { shortGathering } from '../helpers/short-gathering.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { askOracle } from './support/oracle.ts';
import { NOON, type PipelineOptions, TODAY } from './support/pipeline.ts';
import { chanceOf, SEED, wholeBetween } from './support/seed.ts';
import { readTables } from './support/tables.ts';
import {
  acknowledged,
  executionsOf,
  pendingOf,
  startAnnouncingRing,
  startReceiving,
  subscribe,
  withoutThrottle,
} from './support/webhooks.ts';

/** The nights that a phone syncs at once after a weekend without it. */
const NIGHTS = daysFrom(addDays(TODAY, -3), TODAY);

const gatherASecond = (template: Template): Template => shortGathering(template, 1);

const folder = freshDataFolder();
let ring: RingSimulator;
let runtime: LocalRuntime & { readonly url: string };
let skippedMs: number;
let clock: Clock;

beforeEach(() => {
  const running = clockFrom(NOON);
  skippedMs = 0;
  clock = { now: () => running.now() + skippedMs };
});
afterEach(async () => {
  await ring.stop();
  await runtime?.stop();
});

/** A pipeline that is subscribed, and whose phone has not synced the {@link NIGHTS}. */
const start = async ({
  retryDelaysMs,
  ...options
}: Partial<PipelineOptions> & { retryDelaysMs?: readonly number[] } = {}): Promise<void> => {
  ring = await startAnnouncingRing(clock, retryDelaysMs);
  for (const day of NIGHTS) ring.edit(day, () => NO_RECORDS);
  const changeTemplate = options.changeTemplate ?? gatherASecond;
  runtime = await startReceiving({
    dataDir: folder.path,
    clock,
    baseUrl: ring.url,
    ...options,
    changeTemplate,
  });
  await subscribe(runtime, clock);
  await runSchedule('first');
};

const runSchedule = async (name: string): Promise<void> => {
  await startLocalRun(runtime, name, { trigger: 'schedule' });
  await runtime.waitForExecution(name);
  await runtime.idle();
};

/** The phone syncs the nights: Oura has them, and announces them one after the other. */
const syncPhone = (): readonly WebhookEvent[] => {
  for (const day of NIGHTS) ring.restore(day);
  return NIGHTS.flatMap((day) => ring.webhooks.announce(day));
};

const storedOf = async (): Promise<Map<Day, string>> => {
  const { nights } = await readTables(runtime, clock);
  return new Map(nights.map(({ date, content_hash }) => [date, content_hash]));
};

/** Every event has been delivered or given up, and no run is left. */
const settle = async (): Promise<void> => {
  await ring.webhooks.settled();
  await runtime.idle();
};

/** Whether each announced night is stored as Oura has it now. */
const expectNights = async (): Promise<void> => {
  const { truth } = await askOracle(NIGHTS, { seed: SEED, scenario: 'steady', clock });
  const stored = await storedOf();
  const expected = NIGHTS.map((day) => [day, truth.get(day)]);
  expect(NIGHTS.map((day) => [day, { content_hash: stored.get(day) }])).toEqual(expected);
};

/** Every acknowledged event is pending, or was resolved by a run. After the last run, none is pending. */
const expectNoneLost = async (): Promise<void> => {
  expect([...(await pendingOf(runtime))]).toEqual([]);
  expect(acknowledged(ring).size).toBeGreaterThan(0);
};

const reportNights = async (what: string, begun: number, injected: number): Promise<void> => {
  const stored = await storedOf();
  const lost = NIGHTS.filter((day) => !stored.has(day)).length;
  report({
    what,
    dates: NIGHTS.length,
    injected,
    stored: NIGHTS.length - lost,
    no_data: 0,
    parked: 0,
    lost,
    seconds: secondsSince(begun),
  });
};

/**
 * A function whose process is killed at its first call of a service that `isLast` accepts: the call is not sent, and the
 * invocation fails.
 */
const killedAt =
  (service: 'sfn' | 'dynamodb', isLast: (input: string) => boolean) =>
  (create: CreateHandler): CreateHandler =>
  (dependencies) =>
  (event, context) => {
    const died = Promise.withResolvers<never>();
    const client = new Proxy(dependencies[service] as SFNClient, {
      get: (target, name) =>
        name === 'send'
          ? async (command: { readonly input: object }) => {
              if (!isLast(JSON.stringify(command.input))) return target.send(command as never);
              died.reject(new Error('Runtime exited with error: signal: killed'));
              return new Promise(() => undefined);
            }
          : Reflect.get(target, name),
    });
    const handler = create({ ...dependencies, [service]: client });
    return Promise.race([handler(event, context), died.promise]);
  };

test('duplicates and events out of order store each night once', async () => {
  const begun = performance.now();
  await start();
  Object.assign(ring.webhooks.faults, { duplicated: 1, reordered: true, delaySeconds: 4 });
  const events = syncPhone();
  await settle();
  await expectNights();
  await expectNoneLost();
  const { nights } = await readTables(runtime, clock);
  expect(nights.filter(({ date }) => NIGHTS.includes(date)).map(({ revision }) => revision)).toEqual(
    NIGHTS.map(() => 1),
  );
  // A third delivery of every event, once all of them are resolved.
  const before = (await executionsOf(runtime)).length;
  ring.webhooks.repeat(events);
  await settle();
  expect(await executionsOf(runtime)).toHaveLength(before);
  await reportNights('webhooks: duplicates, out of order', begun, 2 * events.length);
});

test('arrays of events are received like single ones', async () => {
  await start();
  ring.webhooks.faults.asArray = true;
  syncPhone();
  await settle();
  await expectNights();
  await expectNoneLost();
});

test('no night whose events are all lost is missing a day later', async () => {
  const begun = performance.now();
  await start();
  ring.webhooks.faults.lost = 1;
  const events = syncPhone();
  await settle();
  expect(ring.webhooks.deliveries).toEqual([]);
  skippedMs = MS_PER_DAY;
  await runSchedule('next-day');
  await expectNights();
  await reportNights('webhooks: every event lost', begun, events.length);
});

test('no night is missing a day later if half of the events are lost', async () => {
  const begun = performance.now();
  await start();
  ring.webhooks.faults.lost = 0.5;
  const events = syncPhone();
  await settle();
  await expectNoneLost();
  skippedMs = MS_PER_DAY;
  await runSchedule('next-day');
  await expectNights();
  await reportNights('webhooks: half of the events lost', begun, events.length);
});

test('a document that is missing for 60 s after its event is stored without the daily run', async () => {
  const begun = performance.now();
  // With the real gathering: the attempts to find a document are spread over it.
  await start({ changeTemplate: (template) => template });
  // The lists do not have the night either.
  ring.webhooks.faults.lateSeconds = 60;
  const events = syncPhone();
  for (const day of NIGHTS) ring.edit(day, () => NO_RECORDS);
  const appearance = setTimeout(() => {
    for (const day of NIGHTS) ring.restore(day);
  }, 60_000);
  await settle();
  clearTimeout(appearance);
  await expectNights();
  await expectNoneLost();
  await reportNights('webhooks: documents 60 s late', begun, events.length);
});

describe('a receiver that dies between the write and the start', () => {
  /** A receiver whose process ends when it starts an execution, `times` times. */
  const dying = (times: number): NonNullable<PipelineOptions['around']> => {
    let left = times;
    return {
      receiver: killedAt('sfn', () => {
        left -= 1;
        return left >= 0;
      }),
    };
  };

  test("Oura's next attempt starts the sync", async () => {
    const begun = performance.now();
    await start({ around: dying(3) });
    const events = syncPhone();
    await settle();
    await expectNights();
    await expectNoneLost();
    await reportNights('webhooks: receiver killed before the start, 3 times', begun, events.length);
  });

  test('the daily run picks the events up if Oura gives up', async () => {
    const begun = performance.now();
    await start({ around: dying(Number.POSITIVE_INFINITY), retryDelaysMs: [] });
    const events = syncPhone();
    await settle();
    expect((await pendingOf(runtime)).size).toBeGreaterThan(0);
    expect((await executionsOf(runtime)).map(({ name }) => name)).toEqual(['first']);
    await runSchedule('daily');
    await expectNights();
    expect([...(await pendingOf(runtime))]).toEqual([]);
    await reportNights('webhooks: receiver killed before every start', begun, events.length);
  });
});

test('a planner that dies with events pending leaves them to the next run', async () => {
  const begun = performance.now();
  let deaths = 0;
  // The dates are queued, and the events are about to be resolved.
  const isResolving = (input: string) => input.includes('webhook#event#') && input.includes('resolved_at');
  const planner = killedAt('dynamodb', (input) => {
    if (deaths > 0 || !isResolving(input)) return false;
    deaths += 1;
    return true;
  });
  await start({ around: { planner } });
  const events = syncPhone();
  await settle();
  expect(deaths).toBe(1);
  await runSchedule('daily');
  await expectNights();
  await expectNoneLost();
  await reportNights('webhooks: planner killed with events pending', begun, events.length);
});

describe('forged requests', () => {
  const REQUESTS = 10_000;
  /** As many as the receiver's reserved concurrency, so that none is rejected before it. */
  const AT_ONCE = 2;

  type Forged = { readonly what: string; readonly init: RequestInit; readonly query?: string };

  const event = (): WebhookEvent => ({
    event_type: 'create',
    data_type: 'sleep',
    object_id: '11111111-2222-4333-8444-555555555555',
    event_time: '2026-03-10T19:00:00.000+00:00',
    user_id: 'someone',
  });

  /** A request that differs from a valid one in a single respect. */
  const forge = (chance: () => number): Forged => {
    const body = JSON.stringify(event());
    const now = clock.now();
    const headers = signedHeaders(body, APPLICATION.client_secret, now);
    const signature = headers['x-oura-signature'] ?? '';
    const timestamp = headers['x-oura-timestamp'] ?? '';
    const post = (what: string, change: Record<string, string | undefined>, changed = body): Forged => ({
      what,
      init: {
        method: 'POST',
        body: changed,
        headers: Object.fromEntries(
          Object.entries({ ...headers, ...change }).filter(
            (each): each is [string, string] => each[1] !== undefined,
          ),
        ),
      },
    });
    const signed = (what: string, stamp: string): Forged => post(what, signedWith(body, stamp), body);
    /** Signed rightly, at any time. */
    const signedWith = (text: string, stamp: string) => ({
      'x-oura-timestamp': stamp,
      'x-oura-signature': signedHeaders(text, APPLICATION.client_secret, Number(stamp))['x-oura-signature'],
    });
    const at = (length: number) => wholeBetween(chance, 0, length - 1);
    const flipped = (text: string): string => {
      const index = at(text.length);
      const code = text.charCodeAt(index) ^ (1 << wholeBetween(chance, 0, 3));
      return text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
    };
    const ways: (() => Forged)[] = [
      () => post('changed body', {}, flipped(body)),
      () => post('cut body', {}, body.slice(0, at(body.length))),
      () => post('longer body', {}, `${body}${' '.repeat(1 + at(9))}`),
      () => post('other secret', signedHeaders(body, `${APPLICATION.client_secret}x`, now)),
      () => post('empty secret', signedHeaders(body, '', now)),
      () => {
        const index = at(signature.length);
        const digit = '0123456789ABCDEF'.replace(signature[index] ?? '', '')[wholeBetween(chance, 0, 14)];
        return post('changed signature', {
          'x-oura-signature': signature.slice(0, index) + digit + signature.slice(index + 1),
        });
      },
      () => post('cut signature', { 'x-oura-signature': signature.slice(0, at(signature.length)) }),
      () => post('longer signature', { 'x-oura-signature': `${signature}00` }),
      () => post('no signature', { 'x-oura-signature': undefined }),
      () => post('no timestamp', { 'x-oura-timestamp': undefined }),
      () => post('other timestamp', { 'x-oura-timestamp': String(now + 1 + at(1000)) }),
      () => post('text as timestamp', { 'x-oura-timestamp': `${flipped(timestamp)}x` }),
      () => signed('old', String(now - 301_000 - at(10_000_000))),
      () => signed('of the future', String(now + 310_000 + at(10_000_000))),
      () => post('signature of another body', {}, JSON.stringify({ ...event(), user_id: 'x' })),
      () => post('too long', {}, 'x'.repeat(70_000)),
      () => post('nothing', { 'x-oura-signature': undefined, 'x-oura-timestamp': undefined }, ''),
      () => ({
        what: 'handshake without the token',
        query: `?challenge=${at(1e9)}&verification_token=${at(1e9)}`,
        init: { method: 'GET' },
      }),
      () => ({ what: 'other method', init: { method: 'DELETE' } }),
    ];
    return (ways[at(ways.length)] as () => Forged)();
  };

  test(`none of ${REQUESTS.toLocaleString('en')} starts a sync`, async () => {
    const begun = performance.now();
    await start({ changeTemplate: (template) => withoutThrottle(gatherASecond(template)) });
    const requestsToOura = ring.calls.length;
    const chance = chanceOf('forged requests');
    const statuses = new Map<string, Set<number>>();
    let sent = 0;
    const send = async (): Promise<void> => {
      while (sent < REQUESTS) {
        sent += 1;
        const { what, init, query = '' } = forge(chance);
        const response = await fetch(`${runtime.url}${query}`, init);
        const text = await response.text();
        expect(text).not.toContain(APPLICATION.client_secret);
        statuses.set(what, (statuses.get(what) ?? new Set()).add(response.status));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    await runtime.idle();

    expect(Object.fromEntries([...statuses].map(([what, all]) => [what, [...all]]))).toEqual(
      Object.fromEntries(
        [...statuses.keys()].map((what) => [
          what,
          what === 'too long' ? [413] : what === 'other method' ? [404] : [401],
        ]),
      ),
    );
    expect(statuses.size).toBe(19);
    expect((await executionsOf(runtime)).map(({ name }) => name)).toEqual(['first']);
    expect([...(await pendingOf(runtime))]).toEqual([]);
    expect(ring.calls.slice(requestsToOura)).toEqual([]);
    // The same server still accepts an event of Oura.
    const events = syncPhone();
    await settle();
    await expectNights();
    expect(acknowledged(ring)).toEqual(new Set(events.map((each) => eventKey(each))));
    await reportNights(`webhooks: ${REQUESTS} forged requests`, begun, REQUESTS);
  });
});
