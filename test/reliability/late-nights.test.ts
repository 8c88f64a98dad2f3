import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { NOON, startPipeline, TIME_ZONE, TODAY } from './support/pipeline.ts';
import { SEED } from './support/seed.ts';
import { readTables, type Tables } from './support/tables.ts';

const DAY_MS = 86_400_000;
let now = NOON;
/** The clock of Oura and the pipeline. The test moves it from day to day. */
const clock = { now: () => now };
let ring: RingSimulator;

beforeEach(async () => {
  now = NOON;
  ring = await startRingSimulator({ timeZone: TIME_ZONE, clock, seed: SEED });
});
afterEach(() => ring.stop());
const folder = freshDataFolder();

/** The daily run `age` days after TODAY, with newly started services as in a new process. */
const runAt = async (age: number): Promise<Tables> => {
  now = NOON + age * DAY_MS;
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  try {
    await startLocalRun(runtime, `run-${age}`, { trigger: 'schedule' });
    expect(await runtime.waitForExecution(`run-${age}`)).toMatchObject({ output: { status: 'complete' } });
    await runtime.idle();
    return await readTables(runtime, clock);
  } finally {
    await runtime.stop();
  }
};
const nightOf = (tables: Tables, date: Day) => tables.nights.find((night) => night.date === date);
const dayOf = (tables: Tables, date: Day) => tables.days.find((day) => day.date === date);

test('the next run stores a night that syncs three days late', async () => {
  ring.edit(TODAY, () => NO_RECORDS);
  for (const age of [0, 1, 2]) {
    const tables = await runAt(age);
    expect([age, nightOf(tables, TODAY)]).toEqual([age, undefined]);
    const expected =
      age === 0 ? { state: 'not_over', reason: null } : { state: 'no_data', reason: 'not_synced' };
    expect(dayOf(tables, TODAY)).toMatchObject({ ...expected, settled: false });
  }
  ring.restore(TODAY);
  const tables = await runAt(3);
  expect(nightOf(tables, TODAY)).toMatchObject({ date: TODAY, revision: 1, history: [] });
  expect(dayOf(tables, TODAY)).toMatchObject({ state: 'stored', reason: null, run_id: 'run-3' });
});

test('the re-read of a revised night stores revision 2 and the earlier values, and later re-reads change nothing', async () => {
  const first = nightOf(await runAt(0), TODAY);
  ring.edit(TODAY, (records) => ({
    ...records,
    daily_sleep: records.daily_sleep.map((record) => ({ ...record, score: 51 })),
  }));
  const second = nightOf(await runAt(1), TODAY);
  expect(first?.sleep_score).not.toBe(51);
  expect(second).toMatchObject({
    revision: 2,
    sleep_score: 51,
    first_synced_at: first?.first_synced_at,
    history: [{ revision: 1, stored_at: first?.updated_at, changed: { sleep_score: first?.sleep_score } }],
  });
  expect(nightOf(await runAt(2), TODAY)).toEqual(second);
});

test('after a week without runs, a night is re-read once, and it settles after thirty days', async () => {
  // Without a nap that ends after the first run.
  ring.edit(TODAY, (records) => records);
  await runAt(0);
  const week = await runAt(8);
  expect(dayOf(week, TODAY)).toMatchObject({
    run_id: 'run-8',
    next_check_on: addDays(TODAY, 14),
    settled: false,
  });
  const month = await runAt(31);
  expect(dayOf(month, TODAY)).toMatchObject({ run_id: 'run-31', next_check_on: null, settled: true });
  expect(nightOf(month, TODAY)).toMatchObject({ settled: true, revision: 1 });
});
