import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { chunksOf } from '../../services/operations/backfill/chunks.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { outcomesOf } from '../../shared/core/ledger.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { runBackfill } from '../helpers/run-backfill.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON, STANDING_CLOCK, startPipeline, TIME_ZONE, TODAY } from './support/pipeline.ts';
import { parkedDates, readTables, type Tables } from './support/tables.ts';
import { limitWrites, WRITE_LIMIT_FILE, type WriteLimitCounts } from './support/write-limit.ts';

// DynamoDB allows 1,000 write units per second for one item. The item of a run takes up to 15 units per write.

const DATES = 20_000;
const RANGE = { from: addDays(TODAY, 1 - DATES), to: TODAY };
const ENGINE = new URL('./support/write-limited-engine.ts', import.meta.url);
const clock = clockFrom(NOON);
/** Three minutes on two idle processors. */
const OUTAGE_TIMEOUT_MS = 30 * 60_000;

let ring: RingSimulator;
beforeEach(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK });
});
afterEach(() => ring.stop());
const folder = freshDataFolder();

/** Runs `work` on a pipeline whose tables have the limit. Also returns how often log-error received each message. */
const withLimit = async (work: (runtime: LocalRuntime) => Promise<unknown>) => {
  const begun = performance.now();
  const receives: number[] = [];
  const watched =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      return (event, context) => {
        for (const { attributes } of (event as SQSEvent).Records)
          receives.push(Number(attributes.ApproximateReceiveCount));
        return handler(event, context);
      };
    };
  const runtime = await startPipeline({
    dataDir: folder.path,
    clock,
    baseUrl: ring.url,
    engine: ENGINE,
    // One attempt is enough: the limit concerns what comes after the last one.
    settings: { maxReceiveCount: 1 },
    around: { 'log-error': watched },
  });
  let end: { tables: Tables; parked: string[] };
  try {
    await work(runtime);
    await runtime.idle();
    end = { tables: await readTables(runtime, clock), parked: await parkedDates(runtime) };
  } finally {
    await runtime.stop();
  }
  const path = join(folder.path, WRITE_LIMIT_FILE);
  const writes = JSON.parse(readFileSync(path, 'utf8')) as WriteLimitCounts;
  return { ...end, receives, writes, seconds: secondsSince(begun) };
};

const expectParkedAtOnce = (
  what: string,
  { tables, parked, receives, writes, seconds }: Awaited<ReturnType<typeof withLimit>>,
): void => {
  const { failed, pending, stored } = {
    failed: tables.runs.flatMap((run) => outcomesOf(run).failed).sort(),
    pending: tables.runs.flatMap((run) => outcomesOf(run).pending),
    stored: tables.nights.length,
  };
  expect({ pending, parked }).toEqual({ pending: [], parked: failed });
  expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: failed.length });
  // A second receive would be a date that was not parked at its first.
  expect(receives).toEqual(failed.map(() => 1));
  expect(tables.days.filter(({ state }) => state === 'parked').map(({ date }) => date)).toEqual(failed);
  const { throttled, mostOfOneItem } = writes;
  report({
    what: `write limit: ${what}`,
    dates: failed.length + stored,
    injected: failed.length,
    stored,
    no_data: 0,
    parked: parked.length,
    lost: 0,
    seconds,
    note: `${throttled} of ${writes.writes} writes throttled; at most ${mostOfOneItem} units for one item`,
  });
};

test('the limit throttles a sixth write of 196 units to one item within a second, and no write to another item', async () => {
  const service = async () => ({
    status: 200,
    headers: {},
    body: '{"ConsumedCapacity":{"CapacityUnits":196}}',
  });
  const limited = limitWrites(service);
  const write = async (pk: string) => {
    const body = JSON.stringify({ TableName: 'OuraSyncTable', Key: { pk: { S: pk } } });
    return (await limited.service({ target: 'DynamoDB_20120810.UpdateItem', body })).status;
  };
  const statuses: number[] = [];
  for (const pk of ['a', 'a', 'a', 'a', 'a', 'a', 'b']) statuses.push(await write(pk));
  expect(statuses).toEqual([200, 200, 200, 200, 200, 400, 200]);
  expect(limited.counts).toEqual({ writes: 7, throttled: 1, units: 6 * 196, mostOfOneItem: 5 * 196 });
});

test(
  'parks each of 20,000 dates at its first receive, if Oura is down during their runs',
  async () => {
    ring.faults.always('unavailable');
    const runs = chunksOf(daysFrom(RANGE.from, RANGE.to), new Set());
    expect(runs).toHaveLength(16);
    // A backfill stops after a run that stored nothing. So the test starts its runs, as many at once as a backfill.
    const end = await withLimit((runtime) =>
      pMap(
        runs,
        async ({ from, to }) => {
          await startLocalRun(runtime, to, { trigger: 'backfill', from, to });
          await runtime.waitForExecution(to);
        },
        { concurrency: 2 },
      ),
    );
    expect(end.parked).toHaveLength(DATES);
    expectParkedAtOnce('20,000 dates in an outage', end);
  },
  OUTAGE_TIMEOUT_MS,
);

test('parks each date at its first receive, if Oura rejects the token in the middle of a backfill of 20,000', async () => {
  const end = await withLimit(async (runtime) => {
    const backfill = runBackfill(runtime, clock, RANGE);
    while ((await readTables(runtime, clock)).nights.length < 100) await sleep(500);
    Object.assign(ring.account, { apiKey: 'another' });
    const { halt } = await backfill;
    expect(halt).toBeDefined();
  });
  expect(end.parked.length).toBeGreaterThan(0);
  expect(end.tables.nights.length).toBeGreaterThan(0);
  expectParkedAtOnce('a rejected token in a backfill', end);
});
