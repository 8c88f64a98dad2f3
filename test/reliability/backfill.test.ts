import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { lambdaMemoryOptions, startWorkerProcesses } from '../../bench/worker-process.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { NIGHT_COLLECTIONS } from '../../shared/core/collections.ts';
import { addDays } from '../../shared/core/day.ts';
import type { Run } from '../../shared/core/ledger.ts';
import { MOST_DATES } from '../../shared/core/messages.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { freshDataFolder, temporaryDataDir } from '../helpers/command.ts';
import { runBackfill } from '../helpers/run-backfill.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON, STANDING_CLOCK, startPipeline, TIME_ZONE, TODAY } from './support/pipeline.ts';

const TEN_YEARS = 3650;
/** The rate limit in Oura's FAQ, and the approximate duration of a response. */
const OURA = { rateLimit: { requests: 5000, windowSeconds: 300 }, latencyMs: 150 };
const WORKER_MB = 256;

let ring: RingSimulator;
beforeEach(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, ...OURA });
});
afterEach(() => ring.stop());
const folder = freshDataFolder();

const firstOf = (dates: number) => addDays(TODAY, 1 - dates);

/** The minimum number of requests: one range per collection. */
const floorOf = async (dates: number): Promise<number> => {
  const seen = ring.calls.length;
  const range = { start_date: addDays(firstOf(dates), -2), end_date: addDays(TODAY, 2) };
  const client = createOuraClient({
    baseUrl: ring.url,
    accessToken: async () => 'simulated',
    timeLeft: () => 60_000,
  });
  for (const collection of NIGHT_COLLECTIONS) await Array.fromAsync(client.pages(collection, range));
  return ring.calls.length - seen;
};

/** A backfill with workers in separate processes, each with the memory limit that Lambda sets at 256 MB. */
const backfill = async (dates: number, dataDir: string, baseUrl = ring.url) => {
  const seen = ring.calls.length;
  const workers = startWorkerProcesses(lambdaMemoryOptions(WORKER_MB));
  const around = { worker: () => workers.createHandler };
  const clock = clockFrom(NOON);
  const runtime = await startPipeline({ dataDir, clock, baseUrl, around });
  try {
    await workers.connect(runtime);
    const begun = performance.now();
    const { standing, halt } = await runBackfill(runtime, clock, { from: firstOf(dates), to: TODAY });
    const seconds = secondsSince(begun);
    await runtime.idle();
    const peaks = (await workers.usage()).map(({ peakBytes }) => peakBytes / 1e6);
    const calls = ring.calls.slice(seen);
    return { standing, halt, seconds, calls, peakMb: Math.round(Math.max(...peaks)) };
  } finally {
    await workers.stop();
    await runtime.stop();
  }
};

test('ten years take the minimum of requests and no more memory than one year', async () => {
  const year = await temporaryDataDir();
  const one = await backfill(365, year.path).finally(() => year.remove());
  const ten = await backfill(TEN_YEARS, folder.path);
  expect(ten).toMatchObject({ halt: undefined, standing: { done: TEN_YEARS, stored: TEN_YEARS } });
  expect(ten.calls.filter(({ status }) => status !== 200)).toEqual([]);
  expect(ten.calls.length / TEN_YEARS).toBeLessThanOrEqual(0.05);
  expect(ten.calls.length).toBeLessThanOrEqual(2.5 * (await floorOf(TEN_YEARS)));
  expect(ten.peakMb).toBeLessThan(WORKER_MB);
  expect(ten.peakMb).toBeLessThan(1.25 * one.peakMb);
  report({
    what: 'backfill: ten years',
    dates: TEN_YEARS,
    injected: 0,
    stored: TEN_YEARS,
    no_data: 0,
    parked: 0,
    lost: 0,
    seconds: ten.seconds,
    note: `${ten.calls.length} requests; workers at most ${ten.peakMb} MB (one year: ${one.peakMb})`,
  });
});

test('a backfill starts the next run while workers store the dates of the one before, and never runs three', async () => {
  const clock = clockFrom(NOON);
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  try {
    const range = { from: firstOf(TEN_YEARS), to: TODAY };
    const { standing, runs, halt } = await runBackfill(runtime, clock, range);
    expect(halt).toBeUndefined();
    expect(standing).toMatchObject({ done: TEN_YEARS, stored: TEN_YEARS, pending: 0 });
    expect(ring.calls.length).toBeLessThanOrEqual(2.5 * (await floorOf(TEN_YEARS)));
    expect(runs).toHaveLength(Math.ceil(TEN_YEARS / MOST_DATES));
    const [first, second, third] = runs.toSorted((one, other) =>
      one.started_at.localeCompare(other.started_at),
    );
    const finishedAt = (run: Run | undefined): string => run?.finished_at ?? '';
    expect(finishedAt(first) > (second?.started_at ?? '')).toBe(true);
    expect(finishedAt(second) > (third?.started_at ?? '')).toBe(true);
    expect(finishedAt(first) <= (third?.started_at ?? '')).toBe(true);
  } finally {
    await runtime.stop();
  }
});

/** Forwards requests to the ring and makes each record `bytes` longer, like a server that ignores `fields`. */
const startPadding = async (bytes: number) => {
  const server = createServer(async (request, response) => {
    const { authorization = '' } = request.headers;
    const answer = await fetch(`${ring.url}${request.url}`, { headers: { authorization } });
    const { data, next_token } = (await answer.json()) as { data: object[]; next_token: unknown };
    const padded = data.map((record) => ({ ...record, movement_30_sec: '1'.repeat(bytes) }));
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ data: padded, next_token }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
};

test.each([
  ['just fit', 7_000],
  ['are six times too large for a long window', 60_000],
])('replies that %s take no more memory, and every date settles', async (_, bytes) => {
  const { url, server } = await startPadding(bytes);
  try {
    const { standing, peakMb } = await backfill(500, folder.path, url);
    expect(standing).toMatchObject({ done: 500, stored: 500 });
    expect(peakMb).toBeLessThan(WORKER_MB);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a daily run that starts behind a full run of a backfill settles while that does', async () => {
  const runtime = await startPipeline({ dataDir: folder.path, clock: clockFrom(NOON), baseUrl: ring.url });
  try {
    await startLocalRun(runtime, 'backlog', {
      trigger: 'backfill',
      from: addDays(TODAY, -29 - MOST_DATES),
      to: addDays(TODAY, -30),
    });
    while (!ring.calls.some(({ collection }) => collection === 'daily_sleep')) await sleep(20);
    await startLocalRun(runtime, 'daily', { trigger: 'schedule' });
    const endOf = async (name: string) => ({
      ...(await runtime.waitForExecution(name)),
      at: performance.now(),
    });
    const [daily, backlog] = await Promise.all([endOf('daily'), endOf('backlog')]);
    expect(daily.output).toMatchObject({ status: 'complete', counts: { planned: 7, stored: 7 } });
    expect(backlog.output).toMatchObject({ status: 'complete' });
    expect(daily.at - backlog.at).toBeLessThan(2_000);
  } finally {
    await runtime.stop();
  }
});
