import { createRateLimit } from '../../../shared/aws/store/rate-limit.ts';
import type { RateLimit } from '../../../shared/oura/pace/rate-limit.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

let tables: TestTables;
let rateLimit: RateLimit;
beforeAll(async () => {
  tables = await openTables();
  rateLimit = createRateLimit(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

test('where nobody has said anything, any call may be made', async () => {
  expect(await rateLimit.get()).toEqual({ notBefore: 0, spentUntil: 0, lowered: undefined });
});

test('a later "not before" replaces an earlier one', async () => {
  await rateLimit.extend(1000);
  await rateLimit.extend(2000);
  expect((await rateLimit.get()).notBefore).toBe(2000);
});

test('an earlier "not before" never shortens a later one', async () => {
  await rateLimit.extend(2000);
  await rateLimit.extend(1000);
  expect((await rateLimit.get()).notBefore).toBe(2000);
});

test('of workers that say it at once, the longest wait holds', async () => {
  await Promise.all([300, 900, 500, 100, 700].map((until) => rateLimit.extend(until)));
  expect((await rateLimit.get()).notBefore).toBe(900);
});

test('a table that cannot be written is no answer', async () => {
  tables.calls.failNext('UpdateItemCommand', new Error('no table'));
  await expect(rateLimit.extend(1000)).rejects.toThrow('no table');
});

test('a lower word on what Oura allows stays until it has expired; a still lower one replaces it', async () => {
  await rateLimit.lower(200, 1000, 5000);
  await rateLimit.lower(300, 2000, 6000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 200, until: 5000 });
  await rateLimit.lower(100, 3000, 7000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 100, until: 7000 });
  await rateLimit.lower(300, 7000, 9000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 300, until: 9000 });
});

test('of workers that spend what they saw at once, one does', async () => {
  await rateLimit.extend(500);
  const seen = await rateLimit.get();
  const spent = await Promise.all([1100, 1200, 1300].map((until) => rateLimit.spend(seen, until)));
  expect(spent.filter((isSpent) => isSpent)).toHaveLength(1);
});

test('nobody spends past a "not before" that came after the look', async () => {
  const seen = await rateLimit.get();
  await rateLimit.extend(2000);
  expect(await rateLimit.spend(seen, 1100)).toBe(false);
  expect(await rateLimit.spend(await rateLimit.get(), 1100)).toBe(true);
});
