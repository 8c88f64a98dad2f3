import { importReport } from '../../../services/cli/print/import-report.ts';
import { type ImportStack, openImportStack } from '../../insights/training/import-stack.ts';

let table: ImportStack;
beforeAll(async () => {
  table = await openImportStack();
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

const HEADER = 'Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Seconds';
const rowOn = (date: string, rest = '100,5,0') => `${date} 18:00:00,A,Squat,1,${rest}`;
const strong = (...rows: string[]) => [HEADER, ...rows].join('\n');
const [MARCH, MAY, JULY] = ['2026-03-07', '2026-05-01', '2026-07-01'].map((date) => rowOn(date));

/** The report of an import after the imports of `before`. */
const report = async (file: string, options: Parameters<ImportStack['import']>[1] = {}): Promise<string[]> =>
  importReport('x.csv', await table.import(file, options)).split('\n');

test('the first line has the dates of the file and where the unit comes from', async () => {
  const [first] = await report(strong(`${MARCH}`, `${MAY}`), { unit: 'lb' });
  expect(first).toMatch(
    /^x\.csv: Strong, 2 workouts, 2 sets from 2026-03-07 to 2026-05-01, weights in lb \(from --unit\)\. Import [0-9a-f]{8}\.$/,
  );
  const stated = strong(`${MAY}`).replace('Weight', 'Weight (kg)');
  expect((await report(stated, { unit: 'lb' }))[0]).toContain(
    '1 set on 2026-05-01, weights in kg (from the file).',
  );
});

test('a second import with the right unit repairs a wrong one', async () => {
  await table.import(strong(`${MAY}`), { unit: 'lb' });
  await table.import(strong(`${MAY}`), { unit: 'kg' });
  expect(await table.totals()).toEqual({ sets: 1, kilograms: 500 });
});

test('an import that stores nothing has no ID', async () => {
  await table.import(strong(`${MAY}`));
  const [first] = await report(strong(`${MAY}`));
  expect(first).toMatch(/weights in kg \(from --unit\)\.$/);
});

test('timed sets count as sets in every line', async () => {
  const lines = await report(strong(`${MAY}`, rowOn('2026-05-01', '0,0,60')));
  expect(lines[0]).toContain('2 sets (1 timed)');
  expect(lines).toContain('Sets: 2 added, 0 replaced, 0 removed, 0 unchanged.');
});

test('rows without a readable time are the reason that absent workouts stay', async () => {
  await table.import(strong(`${MARCH}`, `${MAY}`, `${JULY}`));
  const [file, broken] = [strong(`${MARCH}`, `${JULY}`), strong(`${MARCH}`, rowOn('someday'), `${JULY}`)];
  expect(await report(file)).toContain('Not removed. To remove them, add --prune.');
  expect(await report(broken, { prune: true })).toContain(
    'Not removed, because 1 row could not be read and may belong to these workouts. Correct the file, then import it again with --prune.',
  );
  expect(await report(file, { prune: true })).toContain(
    'Removed: 1 imported workout within the span of the file, but not in it.',
  );
});
