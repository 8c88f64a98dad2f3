import { setTimeout as sleep } from 'node:timers/promises';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom, iso } from '../../shared/core/clock.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON, STANDING_CLOCK, TIME_ZONE, TODAY } from './support/pipeline.ts';
import { chanceOf, SEED, wholeBetween } from './support/seed.ts';

const DAYS = 30;
const DATES = daysFrom(addDays(TODAY, 1 - DAYS), TODAY);
const clock = clockFrom(NOON);
let ring: RingSimulator;

beforeEach(async () => {
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, seed: SEED, latencyMs: 100 });
});
afterEach(() => ring.stop());
const folder = freshDataFolder();

const env = () => ({ OURA_API_BASE_URL: ring.url, OURA_API_KEY: 'simulated' });
/** Starts a command that runs the pipeline, on the real clock. */
const pipeline = (...args: string[]) => [
  ...args,
  ...folder.option,
  '--now',
  iso(clock.now()),
  '--retry-base',
  '0.1',
];
const status = async () => {
  const { code, stdout } = await runCommand(['status', '--format', 'json', ...folder.option]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

test('an outage during a whole run parks all its dates, and a redrive settles them even if it is killed', async () => {
  const begun = performance.now();
  ring.faults.always('unavailable');
  const run = await runCommand(pipeline('start', '--once', '--days', String(DAYS)), env());
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
  expect(run.stdout).toContain('failed');
  expect(await status()).toMatchObject({
    last_run: { status: 'failed', counts: { planned: DAYS, failed: DAYS } },
    nights: { stored: 0 },
    queues: { work: 0, dead_letter: 0, parked: DAYS },
  });
  const injected = ring.faults.counts.unavailable;
  const calls = ring.calls.length;

  ring.faults.clear();
  // Kills the redrive once while it starts or moves messages, and once while the dates are fetched.
  const chance = chanceOf('outage');
  for (const callsBefore of [0, 1]) {
    const seen = ring.calls.length;
    const redrive = startCommand(pipeline('redrive'), env());
    if (callsBefore > 0) while (ring.calls.length < seen + callsBefore) await sleep(5);
    await sleep(wholeBetween(chance, 0, callsBefore > 0 ? 100 : 1500));
    redrive.process.kill('SIGKILL');
    await redrive.ended;
  }
  const redrive = await runCommand(pipeline('redrive'), env());
  expect({ code: redrive.code, stderr: redrive.stderr }).toEqual({ code: 0, stderr: '' });

  expect(await status()).toMatchObject({
    last_run: { status: 'complete', counts: { planned: DAYS, stored: DAYS, failed: 0 } },
    nights: { stored: DAYS, first: DATES[0], last: TODAY },
    queues: { work: 0, dead_letter: 0, parked: 0 },
  });
  report({
    what: 'outage: 503 throughout a run',
    dates: DAYS,
    injected,
    stored: 0,
    no_data: 0,
    parked: DAYS,
    lost: 0,
    calls,
    seconds: secondsSince(begun),
    note: `then ${DAYS} stored by a redrive that was killed twice`,
  });
});

test('a process that is killed during an outage continues after it and loses nothing', async () => {
  ring.faults.always('reset');
  const run = startCommand(pipeline('start', '--days', String(DAYS)), env());
  while (ring.calls.length < 10) await sleep(5);
  run.process.kill('SIGKILL');
  await run.ended;
  ring.faults.clear();
  const again = await runCommand(pipeline('start', '--once', '--days', String(DAYS)), env());
  expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
  expect(again.stdout).toContain('Resuming');
  expect(await status()).toMatchObject({
    nights: { stored: DAYS },
    queues: { work: 0, dead_letter: 0, parked: 0 },
  });
});
