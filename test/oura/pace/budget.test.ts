import { createRateLimit } from '../../../shared/aws/store/rate-limit.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { createRateBudget, type RateBudget } from '../../../shared/oura/pace/budget.ts';
import type { RateLimit } from '../../../shared/oura/pace/rate-limit.ts';
import type { Share } from '../../../shared/oura/pace/request-pace.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

const PER_MINUTE = 600;
/** A quarter of a minute's at once, half of that for a backfill. */
const [AT_ONCE, BACKFILL_AT_ONCE] = [150, 75];
/** Less than any wait: what is not granted is refused. */
const NO_TIME_LEFT = 1_250;

let tables: TestTables;
let rateLimit: RateLimit;
beforeAll(async () => {
  tables = await openTables();
  rateLimit = createRateLimit(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const worker = (timeLeftMs = NO_TIME_LEFT): RateBudget => {
  const { clock } = tables;
  return createRateBudget({ rateLimit, clock, requestsPerMinute: PER_MINUTE, timeLeft: () => timeLeftMs });
};
/** Asks for `count` requests in each of `workers` at once; how many were granted, and how long the others must wait. */
const ask = async (workers: readonly RateBudget[], count: number, share: Share) => {
  const asked = workers.flatMap((each) => Array.from({ length: count }, () => each.admit(share)));
  const answers = await Promise.allSettled(asked);
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  return { granted: answers.length - refused.length, refused };
};

// Each grant is rounded up to whole milliseconds, which can cost one request, and never gives one.
test('any number of parallel workers stay within the budget', async () => {
  const workers = Array.from({ length: 20 }, () => worker());
  const { granted, refused } = await ask(workers, 10, 'whole');
  expect([AT_ONCE - 1, AT_ONCE]).toContain(granted);
  expect(refused[0]).toMatchObject({ name: 'RateBudgetSpent', consequences: { retryable: true } });
  tables.clock.advance(10);
  const tenSeconds = (0.6 * PER_MINUTE) / 6;
  expect([tenSeconds - 1, tenSeconds]).toContain((await ask(workers, 10, 'whole')).granted);
});

test('a backfill that has spent its share leaves the other half to a daily run', async () => {
  expect((await ask([worker()], 200, 'backfill')).granted).toBe(BACKFILL_AT_ONCE);
  expect((await ask([worker()], 10, 'backfill')).granted).toBe(0);
  expect((await ask([worker()], 200, 'whole')).granted).toBe(AT_ONCE - BACKFILL_AT_ONCE);
});

test('the four requests of a window cost one read and one update', async () => {
  await ask([worker()], 4, 'backfill');
  expect(tables.calls.of('GetItemCommand')).toHaveLength(1);
  expect(tables.calls.of('UpdateItemCommand')).toHaveLength(1);
});

test('waits if the wait fits into the time left', async () => {
  const waiting = createRateBudget({
    rateLimit,
    clock: systemClock,
    requestsPerMinute: PER_MINUTE,
    timeLeft: () => 30_000,
  });
  const begun = performance.now();
  expect((await ask([waiting], BACKFILL_AT_ONCE + 2, 'backfill')).granted).toBe(BACKFILL_AT_ONCE + 2);
  expect(performance.now() - begun).toBeGreaterThan(300);
});

test('admits no request during a wait of Oura, and returns the rest of the wait', async () => {
  await rateLimit.extend(tables.clock.now() + 90_000);
  const { granted, refused } = await ask([worker()], 2, 'whole');
  expect(granted).toBe(0);
  expect(refused[1]).toMatchObject({ name: 'OuraRateLimited', waitMs: 90_000 });
});

test('a lower limit of Oura applies until it expires', async () => {
  const now = tables.clock.now();
  await rateLimit.lower(60, now, now + 60_000);
  expect((await ask([worker()], 100, 'whole')).granted).toBe(15);
  tables.clock.advance(120);
  expect((await ask([worker()], 100, 'whole')).granted).toBe(100);
});

test('admits no request if the ledger cannot be read', async () => {
  tables.calls.failNext('GetItemCommand', new Error('no table'));
  expect((await ask([worker()], 1, 'whole')).refused).toEqual([new Error('no table')]);
});
