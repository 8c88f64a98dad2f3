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

test('allows any request before the first limit', async () => {
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

test('keeps the longest of waits that workers set at the same time', async () => {
  await Promise.all([300, 900, 500, 100, 700].map((until) => rateLimit.extend(until)));
  expect((await rateLimit.get()).notBefore).toBe(900);
});

test('throws if the table cannot be written', async () => {
  tables.calls.failNext('UpdateItemCommand', new Error('no table'));
  await expect(rateLimit.extend(1000)).rejects.toThrow('no table');
});

test('a lower limit stays until it expires, and a still lower one replaces it', async () => {
  await rateLimit.lower(200, 1000, 5000);
  await rateLimit.lower(300, 2000, 6000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 200, until: 5000 });
  await rateLimit.lower(100, 3000, 7000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 100, until: 7000 });
  await rateLimit.lower(300, 7000, 9000);
  expect((await rateLimit.get()).lowered).toEqual({ requestsPerMinute: 300, until: 9000 });
});

test('one of several workers with the same state can spend', async () => {
  await rateLimit.extend(500);
  const seen = await rateLimit.get();
  const spent = await Promise.all([1100, 1200, 1300].map((until) => rateLimit.spend(seen, until)));
  expect(spent.filter((isSpent) => isSpent)).toHaveLength(1);
});

test('rejects spending if a "not before" was set after the read', async () => {
  const seen = await rateLimit.get();
  await rateLimit.extend(2000);
  expect(await rateLimit.spend(seen, 1100)).toBe(false);
  expect(await rateLimit.spend(await rateLimit.get(), 1100)).toBe(true);
});
