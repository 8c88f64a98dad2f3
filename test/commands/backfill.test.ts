import { setTimeout as sleep } from 'node:timers/promises';
import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import type { RingSimulatorOptions } from '../../services/ring-simulator/start.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../helpers/command.ts';

const NOW = '2026-03-10T12:00:00-07:00';
const TODAY = '2026-03-10';
const CLOCK = { now: () => Date.parse(NOW) };

let ring: RingSimulator;
const openRing = async (options: Partial<RingSimulatorOptions> = {}) => {
  ring = await startRingSimulator({ timeZone: 'America/Los_Angeles', clock: CLOCK, ...options });
};
afterEach(() => ring.stop());
const dataDir = freshDataFolder();

const env = () => ({ OURA_API_KEY: 'simulated', OURA_API_BASE_URL: ring.url });
const options = () => ['--now', NOW, '--retry-base', '0.1', ...dataDir.option];
const backfill = (...args: string[]) => runCommand(['backfill', ...args, ...options()], env());
const stored = async (): Promise<string[]> =>
  (await nightsIn(dataDir)).map(({ date }: { date: string }) => date);
/** Resolves after `count` responses to requests for `collection`. */
const asked = async (collection: string, count: number) => {
  const answered = () => ring.calls.filter((call) => call.collection === collection && call.status !== null);
  while (answered().length < count) await sleep(20);
};

test('a year takes a few requests, each date gets a night or a reason, and a second backfill requests nothing', async () => {
  await openRing({ scenario: 'forgetful' });
  const first = await backfill('--from', addDays(TODAY, -364));
  expect(first).toMatchObject({ code: 0, stderr: '' });
  // At noon in Los Angeles, the next day has begun further east.
  const range = `from ${addDays(TODAY, -364)} to ${addDays(TODAY, 1)}`;
  expect(first.stdout).toContain(`366 dates to request ${range}.`);
  const [, nights, none, notOver] =
    first.stdout.match(
      /^366 of 366 dates finished: (\d+) nights written, 0 unchanged, (\d+) without data, (\d+) not over yet, 0 failed/m,
    ) ?? [];
  expect(Number(nights) + Number(none) + Number(notOver)).toBe(366);
  expect(await stored()).toHaveLength(Number(nights));
  expect(first.stdout).toMatch(/^Without data: \d+ not_worn, /m);
  expect(first.stdout).toContain(`${ring.calls.length} requests to Oura`);
  expect(ring.calls.length).toBeLessThanOrEqual(0.05 * 365);

  const before = ring.calls.length;
  const second = await backfill('--from', addDays(TODAY, -364));
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout).toContain(
    `Nothing to request ${range}: ${nights} stored, ${none} without data, ${notOver} not over yet.`,
  );
  expect(ring.calls).toHaveLength(before);
});

test('after Ctrl-C it says how to continue, and the same command finishes the rest', async () => {
  await openRing({ latencyMs: 400 });
  const from = addDays(TODAY, -699);
  const running = startCommand(['backfill', '--from', from, ...options()], env());
  // The check of the credentials.
  await asked('sleep', 1);
  running.process.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped).toMatchObject({ code: 1, stderr: '' });
  expect(stopped.stdout).toContain(
    `Stopped. To continue, run npm run backfill -- --from ${from} --data-dir ${dataDir.path}.`,
  );

  const resumed = await backfill('--from', from);
  expect(resumed).toMatchObject({ code: 0, stderr: '' });
  expect(resumed.stdout).toMatch(/Continuing 1 run of an earlier backfill/);
  expect(await stored()).toEqual(daysFrom(from, TODAY));
});

test('if stopped while nights are fetched, it counts those stored at the end', async () => {
  await openRing({ latencyMs: 100 });
  // More dates than fit into one run.
  const range = ['--from', addDays(TODAY, -1399), '--to', TODAY];
  const running = startCommand(['backfill', ...range, ...options()], env());
  await asked('daily_sleep', 1);
  running.process.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped).toMatchObject({ code: 1, stderr: '' });
  expect(stopped.stdout).toContain('Stopping: work in progress finishes first');
  const nights = (await stored()).length;
  expect(nights).toBeGreaterThan(0);
  expect(stopped.stdout).toContain(
    `${nights} of 1400 dates finished: ${nights} nights written, 0 unchanged, 0 without data, 0 failed, ${1400 - nights} unfinished.`,
  );
});

test('uses the workers of a running npm start', async () => {
  await openRing();
  const running = startCommand(['start', '--days', '2', ...options()], env());
  await running.printed('Next sync');
  try {
    const beside = await backfill('--from', addDays(TODAY, -59));
    expect(beside).toMatchObject({ code: 0, stderr: '' });
    expect(beside.stdout).toContain(`Using the workers of process ${running.process.pid}`);
    expect(beside.stdout).toContain('58 dates to request');
    expect(beside.stdout).toContain('Skipped: 2 stored, 0 without data');
    expect(await stored()).toHaveLength(60);
  } finally {
    running.process.kill('SIGINT');
    await running.ended;
  }
});

test('dates before the first night have no data', async () => {
  await openRing();
  const before = daysFrom('2025-06-01', '2025-06-20');
  for (const day of before) {
    ring.edit(day, () => NO_RECORDS);
  }
  const ended = await backfill('--from', '2025-06-01', '--to', '2025-06-22');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(
    '22 of 22 dates finished: 2 nights written, 0 unchanged, 20 without data, 0 failed',
  );
  expect(ended.stdout).toContain('Without data: 20 not_synced.');
  expect(ended.stdout).toContain('npm run gaps -- --from 2025-06-01 --to 2025-06-22');
});

test('parks the dates if Oura is down, and says how to continue', async () => {
  await openRing({ scenario: 'down' });
  const ended = await backfill('--from', addDays(TODAY, -19));
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(ended.stdout).toMatch(/dates, \S+ to \S+: OuraUnavailable/);
  expect(ended.stdout).toMatch(/Stopped after run backfill-\S+, which stored nothing\./);
  expect(ended.stdout).toContain('npm run redrive');
});

test('queues nothing if Oura rejects the key, and says what to do', async () => {
  await openRing({ apiKey: 'another' });
  const ended = await backfill('--from', addDays(TODAY, -2019));
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(ended.stdout).toContain('0 of 2021 dates finished');
  expect(ended.stdout).toMatch(/could not be planned: Oura rejects the credentials/);
  expect(ended.stdout).toContain('Remaining: 2021 dates');
});
