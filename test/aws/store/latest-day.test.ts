import {
  createNewestNight,
  createPlannedThrough,
  type LatestDay,
} from '../../../shared/aws/store/latest-day.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

let tables: TestTables;
let newest: LatestDay;
beforeAll(async () => {
  tables = await openTables();
  newest = createNewestNight(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

test('keeps the newest of nights that workers store at the same time', async () => {
  const days = ['2026-03-09', '2026-03-12', '2026-03-10', '2026-03-11'];
  await Promise.all(days.map((day) => newest.advance(day)));
  expect(await newest.get()).toBe('2026-03-12');
});

test('does not write a day again that it has written or passed', async () => {
  const once = createNewestNight(tables.dynamodb, 'OuraSyncTable');
  tables.calls.clear();
  for (const day of ['2026-03-12', '2026-03-12', '2026-03-10', '2026-03-13']) await once.advance(day);
  expect(tables.calls.of('UpdateItemCommand')).toHaveLength(2);
  expect(await once.get()).toBe('2026-03-13');
});

test('is independent of the day through which runs have planned', async () => {
  await createPlannedThrough(tables.dynamodb, 'OuraSyncTable').advance('2026-03-12');
  expect(await newest.get()).toBeUndefined();
});
