import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../../cdk/settings.ts';
import { openLocal } from '../../services/local/start.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom, iso } from '../../shared/core/clock.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { type DayEntry, outcomesOf } from '../../shared/core/ledger.ts';
import { startCommand, temporaryDataDir } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';
import { LAST_OVER, NOON, STANDING_CLOCK, startPipeline, TIME_ZONE } from './support/pipeline.ts';
import { chanceOf, SEED, wholeBetween } from './support/seed.ts';
import { readTables, type Tables } from './support/tables.ts';

/** Two runs of the command, the first in several windows. */
const DAYS = 2300;
const KILLS = 4;
const FROM = addDays(LAST_OVER, 1 - DAYS);
/** The largest delay of a kill after its trigger: about as long as storing a window takes. */
const LONGEST_MS = 1500;
/** The most requests that a kill can waste: the check of the key, and five requests of two pages for each of three concurrent windows. */
const WASTED_BY_A_KILL = 1 + 3 * 5 * 2;
const BUDGET = 0.05 * DAYS + KILLS * WASTED_BY_A_KILL;

const inspect = async (dataDir: string): Promise<Tables> => {
  const clock = clockFrom(NOON);
  const services = await openLocal({ settings: readSettings({}), dataDir, clock, secrets: {}, console });
  try {
    return await readTables(services, clock);
  } finally {
    await services.stop();
  }
};

/** How often a worker logged that it settled dates. */
const settledIn = (dataDir: string): number => {
  const path = join(dataDir, 'log.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('"message":"Settled"').length - 1 : 0;
};

/** The ledger entries of the dates that a run counts as settled. */
const settledEntries = ({ runs, days }: Tables): Map<string, DayEntry> => {
  const settled = new Set(
    runs.map(outcomesOf).flatMap(({ stored, unchanged, no_data }) => [...stored, ...unchanged, ...no_data]),
  );
  return new Map(days.filter(({ date }) => settled.has(date)).map((entry) => [entry.date, entry]));
};

test(`the command killed ${KILLS} times and restarted, settles every date and requests no settled one again`, async () => {
  const begun = performance.now();
  const chance = chanceOf('backfill');
  const dataDir = await temporaryDataDir();
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: SEED,
    scenario: 'forgetful',
    latencyMs: 150,
    pageSize: 500,
  });
  let round = 0;
  // Each restart is a minute later on its clock, so a date that is requested again gets a new `last_checked_at`.
  const start = () =>
    startCommand(
      [
        'backfill',
        '--from',
        FROM,
        '--to',
        LAST_OVER,
        '--data-dir',
        dataDir.path,
        '--now',
        iso(NOON + round++ * 60_000),
      ],
      { OURA_API_BASE_URL: ring.url, OURA_API_KEY: 'simulated' },
    );
  const settledWhenKilled: number[] = [];
  try {
    let known = new Map<string, DayEntry>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = ring.calls.length;
      const settledBefore = settledIn(dataDir.path);
      const running = start();
      let over = false;
      running.ended.then(() => {
        over = true;
      });
      const nightsCame = () =>
        ring.calls
          .slice(before)
          .some(({ collection, status }) => collection === 'daily_sleep' && status !== null);
      const someSettled = () => settledIn(dataDir.path) > settledBefore;
      // Every other kill strikes while some of the dates are settled and others are not.
      const isTime = kill % 2 === 0 ? someSettled : nightsCame;
      while (!over && !isTime()) await sleep(5);
      await sleep(wholeBetween(chance, 0, LONGEST_MS));
      running.process.kill('SIGKILL');
      await running.ended;
      const entries = settledEntries(await inspect(dataDir.path));
      for (const [date, entry] of known) expect(entries.get(date)).toEqual(entry);
      known = entries;
      settledWhenKilled.push(known.size);
    }
    expect(settledWhenKilled.some((count) => count > 0 && count < DAYS)).toBe(true);
    const last = await start().ended;
    expect(last).toMatchObject({ code: 0, stderr: '' });

    const tables = await inspect(dataDir.path);
    const entries = settledEntries(tables);
    for (const [date, entry] of known) expect(entries.get(date)).toEqual(entry);
    expect([...entries.keys()].sort()).toEqual(daysFrom(FROM, LAST_OVER));
    expect(tables.queues).toMatchObject({ dead_letter: 0, parked: 0 });
    const calls = ring.calls.length;
    expect(calls).toBeLessThanOrEqual(BUDGET);

    // A resumed run queues its pending dates again. The extra messages cause no requests.
    const runtime = await startPipeline({
      dataDir: dataDir.path,
      clock: clockFrom(NOON),
      baseUrl: ring.url,
    });
    await runtime.idle();
    await runtime.stop();
    expect(ring.calls).toHaveLength(calls);
    expect((await inspect(dataDir.path)).queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });

    const count = (state: string) => tables.days.filter((day) => day.state === state).length;
    report({
      what: 'backfill command: SIGKILL',
      dates: DAYS,
      injected: KILLS,
      stored: count('stored'),
      no_data: count('no_data'),
      parked: 0,
      lost: DAYS - entries.size,
      calls,
      budget: BUDGET,
      seconds: secondsSince(begun),
      note: `settled when killed: ${settledWhenKilled.join(', ')}`,
    });
  } finally {
    await ring.stop();
    await dataDir.remove();
  }
});
