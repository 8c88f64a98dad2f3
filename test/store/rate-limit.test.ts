import { createRateLimit, type RateLimit } from '../../shared/store/rate-limit.ts';
import { openTables, type TestTables } from '../helpers/tables.ts';

let tables: TestTables;
let rateLimit: RateLimit;
beforeAll(async () => {
  tables = await openTables();
  rateLimit = createRateLimit(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

test('where nobody has said anything, any call may be made', async () => {
  expect(await rateLimit.notBefore()).toBe(0);
});

test('a later "not before" replaces an earlier one', async () => {
  await rateLimit.extend(1000);
  await rateLimit.extend(2000);
  expect(await rateLimit.notBefore()).toBe(2000);
});

test('an earlier "not before" never shortens a later one', async () => {
  await rateLimit.extend(2000);
  await rateLimit.extend(1000);
  expect(await rateLimit.notBefore()).toBe(2000);
});

test('of workers that say it at once, the longest wait holds', async () => {
  await Promise.all([300, 900, 500, 100, 700].map((until) => rateLimit.extend(until)));
  expect(await rateLimit.notBefore()).toBe(900);
});

test('a table that cannot be written is no answer', async () => {
  tables.calls.failNext('UpdateItemCommand', new Error('no table'));
  await expect(rateLimit.extend(1000)).rejects.toThrow('no table');
});
