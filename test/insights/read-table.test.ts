import { EXPORTED, readAllTables, readTable } from '../../services/insights/export/read-table.ts';
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

test('all tables together are the tables one by one, also of a range', async () => {
  await tables.night('2026-03-02', { bedtime_start: '2026-03-01T22:30:00+02:00' });
  await tables.put([setOn('2026-03-02', 80, 8)]);
  // In the ring's zone on 3 March, in that of the stack on the 2nd. The night that says so is not in every range.
  await tables.put([{ ...setOn('2026-03-03', 60, 8), timestamp: Date.parse('2026-03-03T05:00:00Z') / 1000 }]);
  for (const range of [{}, { from: '2026-03-02' }, { to: '2026-03-01' }, { from: '2026-03-03' }]) {
    const all = await readAllTables(tables.stack, range);
    for (const what of EXPORTED)
      expect(all.tables[what]).toEqual((await readTable(tables.stack, what, range)).table);
    expect(all.skipped).toBe(1);
    if (range.from === '2026-03-03') {
      expect(all.tables.nights.rows).toEqual([]);
      expect(all.tables.workouts.rows.map(([date]) => date)).toEqual(['2026-03-03']);
    }
  }
});
