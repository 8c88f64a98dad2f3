import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { openLedger } from '../../services/operations/ledger.ts';
import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import type { Found } from '../../services/watcher/watch-morning.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { usualWakeUp } from '../../shared/core/night/wake-up-time.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { instantOfWallTime } from '../../shared/core/wall-time.ts';
import { testClock } from '../helpers/clock.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { startPipeline, TIME_ZONE } from '../reliability/support/pipeline.ts';

const MINUTE_MS = 60_000;
const TICK_MS = 15 * MINUTE_MS;
const NEVER = Number.POSITIVE_INFINITY;

/** Minutes from midnight until the phone syncs. The clocks go forward on 2026-03-08, so that day has 23 hours. */
const SYNCS: readonly (readonly [Day, number])[] = [
  ['2026-03-06', 0],
  ['2026-03-07', 7 * 60 + 52],
  ['2026-03-08', 9 * 60 + 35],
  ['2026-03-09', 11 * 60 + 1],
  ['2026-03-10', NEVER],
  ['2026-03-11', 7 * 60 + 3],
  ['2026-03-12', 19 * 60],
];
const midnight = (day: Day): number => instantOfWallTime(TIME_ZONE, `${day}T00:00:00`);

const folder = freshDataFolder();
const clock = testClock('2026-03-05T12:00:00-08:00');
let ring: RingSimulator;
let runtime: LocalRuntime;
let watch: () => Promise<Found>;
beforeAll(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock });
});
beforeEach(async () => {
  const watcher =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      watch = async () => {
        const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 };
        return ((await handler({}, context)) as { found: Found }).found;
      };
      return handler;
    };
  const settings = { mornings: true, batchingWindowSeconds: 0, batchSize: 10 };
  const options = { dataDir: folder.path, clock, baseUrl: ring.url, settings, around: { watcher } };
  runtime = await startPipeline(options);
});
afterEach(() => runtime.stop());
afterAll(() => ring.stop());

const nights = async (days: readonly Day[]): Promise<Map<Day, SleepRecord>> =>
  openLedger({ ...runtime.clients, clock, outputs: runtime.outputs }).sleepTable.get(days);

/** The 15-minute invocations of one day: what each found, and the requests to Oura by then. */
const watchDay = async (day: Day, syncAt: number) => {
  ring.edit(day, () => NO_RECORDS);
  const invocations: { readonly at: number; readonly found: Found; readonly requests: number }[] = [];
  for (let at = midnight(day); at < midnight(addDays(day, 1)); at += TICK_MS) {
    clock.set(new Date(at).toISOString());
    if (at >= syncAt) ring.restore(day);
    const before = ring.calls.length;
    const found = await watch();
    invocations.push({ at, found, requests: ring.calls.length - before });
    if (found === 'started') await runtime.waitForExecution(`morning-${day}`);
  }
  ring.restore(day);
  await runtime.idle();
  return invocations;
};

test('in a week with a late phone, each morning asks from the usual wake-up time until the night is there', async () => {
  await startLocalRun(runtime, 'history', { trigger: 'backfill', from: '2026-02-01', to: '2026-03-05' });
  await runtime.waitForExecution('history');
  await runtime.idle();

  for (const [day, minutes] of SYNCS) {
    const learnt = [...(await nights(daysFrom(addDays(day, -28), addDays(day, -1)))).values()];
    const wake = usualWakeUp(learnt);
    const wakesAt = midnight(day) + (day === '2026-03-08' ? wake - 60 : wake) * MINUTE_MS;
    const syncAt = midnight(day) + (day === '2026-03-08' ? minutes - 60 : minutes) * MINUTE_MS;
    const called = ring.calls.length;
    const invocations = await watchDay(day, syncAt);
    const started = invocations.findIndex(({ found }) => found === 'started');
    const asking = invocations.filter(({ requests }) => requests > 0);
    expect([day, asking[0]?.at]).toEqual([day, Math.ceil(wakesAt / TICK_MS) * TICK_MS]);
    expect(ring.calls.length - called).toBeLessThanOrEqual(60);

    if (started === -1) {
      // Noon is left to the daily run. From the evening on, the requests of the day are spent.
      expect(asking).toHaveLength(50);
      expect(invocations.at(-1)?.found).toBe('spent');
      continue;
    }
    const night = (await nights([day])).get(day);
    const over = Date.parse(night?.bedtime_end ?? '') + 10 * MINUTE_MS;
    const first = Math.ceil(Math.max(wakesAt, syncAt, over) / TICK_MS) * TICK_MS;
    expect([day, invocations[started]?.at]).toEqual([day, first]);
    // One request at each invocation before, and two at the last, which also asks for the score.
    const ticks = (first - (asking[0]?.at ?? 0)) / TICK_MS;
    expect(asking.reduce((sum, { requests }) => sum + requests, 0)).toBe(ticks + 2);
    expect(
      invocations.slice(started + 1).every(({ found, requests }) => found === 'idle' && requests === 0),
    ).toBe(true);
    expect(night).toMatchObject({ announced_at: null, arrived_at: new Date(first).toISOString() });
    expect(night?.sleep_score).not.toBeNull();
  }

  // Only mornings with a night have a run, and every run has dates.
  const runs = await openLedger({ ...runtime.clients, clock, outputs: runtime.outputs }).runs.list();
  const mornings = runs.filter(({ trigger }) => trigger === 'morning');
  expect(mornings.map(({ stored }) => stored).sort()).toEqual(
    SYNCS.flatMap(([day, minutes]) => (minutes === NEVER ? [] : [[day]])),
  );
  expect(runs).toHaveLength(mornings.length + 1);
}, 120_000);

test('a morning whose end was not recorded does not start its run a second time', async () => {
  clock.set('2026-03-12T20:00:00-07:00');
  await startLocalRun(runtime, 'morning-2026-03-12', {
    trigger: 'manual',
    from: '2026-03-01',
    to: '2026-03-01',
  });
  await runtime.waitForExecution('morning-2026-03-12');
  await runtime.idle();
  expect(await watch()).toBe('started');
  await runtime.clients.dynamodb.send(
    new UpdateCommand({
      TableName: String(runtime.outputs[OUTPUT.ouraSyncTable]),
      Key: { pk: 'morning#watch' },
      UpdateExpression: 'REMOVE ended',
    }),
  );
  expect(await watch()).toBe('started');
  expect(await nights(['2026-03-12'])).toEqual(new Map());
});
