import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../../cdk/settings.ts';
import { openLocal } from '../../services/local/start.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom, iso } from '../../shared/core/clock.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { freshDataFolder, startCommand } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { askOracle, type Truth } from '../reliability/support/oracle.ts';
import {
  LAST_OVER,
  NOON,
  STANDING_CLOCK,
  startPipeline,
  TIME_ZONE,
} from '../reliability/support/pipeline.ts';
import { parkedDates, readTables, type Tables } from '../reliability/support/tables.ts';

// A small part of the suite in test/reliability, which has a script of its own: npm run test:reliability.

const DATES = daysFrom(addDays(LAST_OVER, -13), LAST_OVER);
const RING = { seed: 5, scenario: 'forgetful' } as const;
const clock = clockFrom(NOON);
let ring: RingSimulator;

beforeEach(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, ...RING, latencyMs: 50 });
});
afterEach(() => ring.stop());
const folder = freshDataFolder();

/** What the ledger says of each date, in the words of {@link Truth}. */
const truthIn = ({ nights, days }: Tables): [string, Truth | object][] =>
  days.map(({ date, state, reason }) => [
    date,
    state === 'stored'
      ? { content_hash: nights.find((night) => night.date === date)?.content_hash }
      : { reason },
  ]);

test('a run that is killed while planning and again while fetching ends with every date as Oura has it', async () => {
  const start = () => {
    const range = ['--from', String(DATES[0]), '--to', LAST_OVER];
    const args = [...range, '--now', iso(clock.now()), '--data-dir', folder.path];
    const env = { OURA_API_BASE_URL: ring.url, OURA_API_KEY: 'simulated' };
    return startCommand(['start', '--once', ...args], env);
  };
  for (const collection of ['daily_sleep', 'sleep']) {
    const seen = ring.calls.length;
    const victim = start();
    while (!ring.calls.slice(seen).some((call) => call.collection === collection)) await sleep(5);
    victim.process.kill('SIGKILL');
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
  }
  const again = await start().ended;
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('Resuming');

  const settings = readSettings({});
  const services = await openLocal({ settings, dataDir: folder.path, clock, secrets: {}, console });
  const tables = await readTables(services, clock).finally(() => services.stop());
  expect(truthIn(tables)).toEqual([...(await askOracle(DATES, RING)).truth]);
  expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
});

test('where half of the calls fail, every date ends as Oura has it, or parked', async () => {
  const faults = ['unavailable', 'reset', 'truncated', 'html', 'wrong_types', 'duplicate_pages'] as const;
  ring.faults.random({ probability: 0.5, faults, seed: RING.seed });
  const settings = { batchSize: 5, batchingWindowSeconds: 0 };
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url, settings });
  try {
    await startLocalRun(runtime, 'run-1', { trigger: 'manual', days: DATES.length, to: LAST_OVER });
    await runtime.waitForExecution('run-1');
    await runtime.idle();
    const tables = await readTables(runtime, clock);
    const parked = await parkedDates(runtime);
    const { truth } = await askOracle(DATES, RING);
    const found = new Map(truthIn(tables));
    expect([...found.keys()]).toEqual(DATES);
    for (const date of DATES.filter((candidate) => !parked.includes(candidate)))
      expect([date, found.get(date)]).toEqual([date, truth.get(date)]);
    expect(tables.days.filter(({ state }) => state === 'parked').map(({ date }) => date)).toEqual(parked);
    expect(Object.values(ring.faults.counts).some((count) => count > 0)).toBe(true);
  } finally {
    await runtime.stop();
  }
});
