import { EXPORTED, readTable } from '../../services/insights/export/read-table.ts';
import { setOn } from './sets.ts';
import { type ImportStack, openImportStack } from './training/import-stack.ts';

let tables: ImportStack;
beforeAll(async () => {
  tables = await openImportStack();
  await tables.night('2026-03-01', {});
  await tables.put([setOn('2026-03-01', 100, 5), { workoutId: 'note', timestamp: 1, text: 'felt good' }]);
});
afterAll(() => tables.stop());

test('a table of the training counts the items that are not sets', async () => {
  const skipped: Record<string, number> = {};
  for (const what of EXPORTED) skipped[what] = (await readTable(tables.stack, what, {})).skipped;
  expect(skipped).toEqual({ nights: 0, periods: 0, series: 0, workouts: 1, features: 1 });
});
