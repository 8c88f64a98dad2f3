import pMap from 'p-map';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { MOST_DATES, type RunInput } from '../../shared/core/messages.ts';
import { nightOf } from '../aws/store/nights.ts';
import { type FixtureOura, startFixtureOura } from '../helpers/fixture-oura.ts';
import { forEachTest } from '../helpers/for-each-test.ts';
import { openPlannerBench, type PlannerBench } from './planner-bench.ts';

const TODAY = '2026-03-10';
const [RECENT, OLD] = ['2026-03-08', '2026-01-05'] as const;
const AT = Date.parse(`${TODAY}T11:00:00-07:00`);
const CHECKED = { run_id: 'earlier', attempts: 1, at: AT, next_check_on: null, settled: true };

let bench: PlannerBench;
beforeAll(async () => {
  bench = await openPlannerBench();
});
beforeEach(async () => {
  await bench.stack.clear();
  bench.stack.clock.set(`${TODAY}T12:00:00-07:00`);
});
afterAll(() => bench.stack.stop());
const oura: FixtureOura = forEachTest(
  () => startFixtureOura({ records: {} }),
  ({ stop }) => stop(),
);

/** Stores the night of `date`, which was read today, with what it lacks. */
const store = async (
  date: string,
  incomplete: readonly 'daily_spo2'[] = [],
  breathing: number | null = null,
) => {
  const night = { ...nightOf(date, { breathing_disturbances: breathing }), incomplete };
  await bench.sleepTable.put(night, { askedAt: AT, settled: true });
  await bench.days.stored(date, { ...CHECKED, incomplete });
};

let runs = 0;
const plan = async (input?: RunInput) => {
  await bench.start(bench.planner(oura), `incomplete-${++runs}`, input);
  return bench.queued();
};
const datesOf = async (input?: RunInput) => (await plan(input)).map(({ date }) => date);

/** Lets every function find a connection with these scopes. */
const connect = (scopes: readonly string[]) => {
  const Value = JSON.stringify({
    client_id: 'client',
    client_secret: 'secret',
    access_token: 'access',
    refresh_token: 'refresh',
    expires_at: '2026-03-12T00:00:00Z',
    token_url: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token',
    fallback_token_url: null,
    scopes,
    connected_at: '2026-03-09T00:00:00Z',
    refreshed_at: null,
  });
  bench.stack.calls.answerNext('GetParameterCommand', async () => ({ Parameter: { Value } }));
};

test('an incomplete night in the look-back is due on every run, even on the same day', async () => {
  await store(RECENT, ['daily_spo2']);
  await store('2026-03-07');
  for (const _run of [1, 2]) {
    const dates = await datesOf();
    expect(dates).toContain(RECENT);
    expect(dates).not.toContain('2026-03-07');
  }
});

test('an incomplete night before the look-back is due only if its date is named', async () => {
  await store(OLD, ['daily_spo2']);
  expect(await datesOf()).not.toContain(OLD);
  expect(await plan({ trigger: 'manual', from: OLD, to: OLD })).toMatchObject([
    { date: OLD, reason: 'recheck' },
  ]);
  expect(await plan({ trigger: 'backfill', from: OLD, to: OLD })).toMatchObject([
    { date: OLD, reason: 'backfill' },
  ]);
});

test('a complete night is requested again only with "again"', async () => {
  const range = { trigger: 'backfill', from: addDays(OLD, -1), to: OLD } as const;
  await store(OLD);
  await bench.days.noData(range.from, {
    ...CHECKED,
    reason: 'not_worn',
    evidence: 'none',
    since: AT,
  });
  expect(await datesOf(range)).toEqual([]);
  expect(await plan({ ...range, again: true })).toMatchObject([
    { date: range.from, reason: 'backfill' },
    { date: OLD, reason: 'backfill' },
  ]);
});

test('a run that is asked again keeps to the look-back', async () => {
  await store(RECENT);
  await store(OLD);
  const dates = await datesOf({ trigger: 'manual', again: true });
  expect(dates).toContain(RECENT);
  expect(dates).not.toContain(OLD);
});

test('a gained scope makes every night due that lacks its collection, once', async () => {
  await store(OLD);
  await store(addDays(OLD, 1), [], 3);
  connect(['daily']);
  expect(await datesOf()).not.toContain(OLD);
  connect(['daily', 'spo2']);
  const dates = await datesOf();
  expect(dates).toContain(OLD);
  expect(dates).not.toContain(addDays(OLD, 1));
  connect(['daily', 'spo2']);
  expect(await datesOf()).not.toContain(OLD);
});

test('nights of a gained scope that do not fit into one run are due in the next ones, the newest first', async () => {
  const nights = daysFrom(addDays('2025-12-31', 1 - MOST_DATES), '2025-12-31');
  await pMap(nights, (date) => store(date), { concurrency: 20 });
  connect(['daily']);
  await plan();
  const due: string[][] = [];
  for (let run = 0; run < 3; run++) {
    connect(['daily', 'spo2']);
    const event = await bench.stack.startRun(`gained-${run}`);
    await bench.planner(oura)(event);
    const { pending } = (await bench.runs.get(event.run_id))?.run ?? { pending: [] };
    expect(pending.length).toBeLessThanOrEqual(MOST_DATES);
    due.push(pending.filter((date) => date < '2026'));
    await bench.stack.queues.purge();
  }
  const [first = [], second = [], third] = due;
  expect(first).toEqual(nights.slice(-first.length));
  expect([...second, ...first]).toEqual(nights);
  expect(third).toEqual([]);
});

test('a gained scope is noticed by a run in which nothing else is due, which then checks the credentials', async () => {
  bench.stack.clock.set(`${TODAY}T02:00:00-07:00`);
  for (const date of daysFrom(addDays(TODAY, -6), TODAY)) await store(date, [], 3);
  await store(OLD);
  connect(['daily']);
  expect(await datesOf()).toEqual([]);
  const before = oura.requests.length;
  connect(['daily', 'spo2']);
  expect(await datesOf()).toEqual([OLD]);
  expect(oura.requests.length).toBe(before + 1);
});

test('the scopes of the first known grant are not gained', async () => {
  await store(OLD);
  expect(await datesOf()).not.toContain(OLD);
  connect(['daily', 'spo2']);
  expect(await datesOf()).not.toContain(OLD);
});

test('naming dates makes their nights due that lack the collection of a gained scope', async () => {
  await store(OLD);
  await store(addDays(OLD, 1), [], 3);
  connect(['daily']);
  await plan();
  const range = { from: OLD, to: addDays(OLD, 1) };
  connect(['daily', 'spo2']);
  expect(await plan({ trigger: 'manual', ...range })).toMatchObject([{ date: OLD, reason: 'recheck' }]);
  connect(['daily', 'spo2']);
  expect(await plan({ trigger: 'backfill', ...range })).toMatchObject([{ date: OLD, reason: 'backfill' }]);
});

test('a scope is gained although only runs of named dates came before', async () => {
  await store(OLD);
  connect(['daily']);
  await plan({ trigger: 'backfill', from: OLD, to: OLD });
  connect(['daily', 'spo2']);
  await plan({ trigger: 'manual', days: 1 });
  connect(['daily', 'spo2']);
  expect(await datesOf()).toContain(OLD);
});

test('a run of named dates leaves the nights of a gained scope to the next look-back', async () => {
  await store(OLD);
  connect(['daily']);
  await plan();
  connect(['daily', 'spo2']);
  expect(await datesOf({ trigger: 'manual', days: 1 })).not.toContain(OLD);
  connect(['daily', 'spo2']);
  expect(await datesOf()).toContain(OLD);
});
