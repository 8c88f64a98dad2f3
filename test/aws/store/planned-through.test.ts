import { createPlannedThrough, type LatestDay } from '../../../shared/aws/store/latest-day.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

let tables: TestTables;
let through: LatestDay;
beforeAll(async () => {
  tables = await openTables();
  through = createPlannedThrough(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

test('there is no day before the first run', async () => {
  expect(await through.get()).toBeUndefined();
});

test('the day moves forward, and never back', async () => {
  await through.advance('2026-03-10');
  await through.advance('2026-03-12');
  await through.advance('2026-03-11');
  expect(await through.get()).toBe('2026-03-12');
});

test('a day that a clock ahead has written is replaced, by the process that wrote it, too', async () => {
  await through.advance('2026-12-31');
  await through.advance('2026-03-10', '2026-03-11');
  expect(await through.get()).toBe('2026-03-10');
  await createPlannedThrough(tables.dynamodb, 'OuraSyncTable').advance('2026-03-09', '2026-03-10');
  expect(await through.get()).toBe('2026-03-10');
  await through.advance('2026-03-12', '2026-03-12');
  expect(await through.get()).toBe('2026-03-12');
});

test('throws if the ledger cannot be written', async () => {
  tables.calls.failNext('UpdateItemCommand', new Error('no table'));
  await expect(through.advance('2026-12-31')).rejects.toThrow('no table');
});
