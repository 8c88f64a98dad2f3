import {
  findImported,
  type Removal,
  removeSets,
} from '../../../services/insights/training/remove-workouts.ts';
import { OUTPUT, WORKOUTS_OWNER } from '../../../shared/core/names.ts';
import { SIMULATED_USER } from '../../../shared/core/workout-set.ts';
import { setOn } from '../sets.ts';
import { type ImportStack, openImportStack } from './import-stack.ts';
import { fixtureBytes } from './workout-files/read-file.ts';

let table: ImportStack;
beforeAll(async () => {
  table = await openImportStack();
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

const HEADER = 'Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps';
const strong = (...starts: string[]) =>
  [HEADER, ...starts.flatMap((start) => [1, 2].map((order) => `${start},A,Squat,${order},100,5`))].join('\n');
const removed = async (removal: Removal) => {
  const found = await findImported(table.stack, removal);
  await removeSets(table.stack, found.sets);
  return found;
};
const starts = async () =>
  [...new Set((await table.sets()).map((set) => set.workout_local_start ?? set.workoutId))].sort();

test('a range removes whole workouts by the date on which they started', async () => {
  await table.import(strong('2026-05-01 18:00:00', '2026-05-02 23:59:59', '2026-05-03 18:00:00'));
  const found = await removed({ from: '2026-05-02', to: '2026-05-02' });
  expect(found).toMatchObject({ workouts: 1, span: { from: '2026-05-02', to: '2026-05-02' } });
  expect(found.sets).toHaveLength(2);
  expect(await starts()).toEqual(['2026-05-01T18:00:00', '2026-05-03T18:00:00']);
});

test.each([
  [{ from: '2026-05-02' }, ['2026-05-01T18:00:00']],
  [{ to: '2026-05-02' }, ['2026-05-03T18:00:00']],
])('the range %j is open on one side', async (range, left) => {
  await table.import(strong('2026-05-01 18:00:00', '2026-05-02 18:00:00', '2026-05-03 18:00:00'));
  await removed(range);
  expect(await starts()).toEqual(left);
});

test('an import is removed by its ID, with the workouts that it has replaced, and within a range if one is given', async () => {
  const first = await table.import(strong('2026-05-01 18:00:00', '2026-05-02 18:00:00'));
  const second = await table.import(
    strong('2026-05-01 18:00:00', '2026-05-02 18:00:00', '2026-05-03 18:00:00', '2026-05-04 18:00:00'),
  );
  expect((await findImported(table.stack, { importId: 'none' })).imports).toEqual([
    { importId: first.importId, sets: 4, from: '2026-05-01', to: '2026-05-02' },
    { importId: second.importId, sets: 4, from: '2026-05-03', to: '2026-05-04' },
  ]);
  await removed({ importId: second.importId, from: '2026-05-04' });
  expect(await starts()).toEqual(['2026-05-01T18:00:00', '2026-05-02T18:00:00', '2026-05-03T18:00:00']);
  await removed({ importId: first.importId });
  expect(await starts()).toEqual(['2026-05-03T18:00:00']);
});

test('a range leaves sets of GainsIQ and of the simulated lifter, also from a file, which only the ID of the import removes', async () => {
  const logged = setOn('2026-05-01', 100, 5, { workoutId: 'logged' });
  const simulated = setOn('2026-05-01', 100, 5, { workoutId: 'simulated', username: SIMULATED_USER });
  const fromFile = setOn('2026-05-01', 100, 5, { workoutId: 'from-file' });
  await table.put([logged, simulated]);
  const { importId } = await table.import(JSON.stringify([fromFile]));
  await removed({ from: '2026-01-01' });
  expect(await starts()).toEqual(['from-file', 'logged', 'simulated']);
  expect(await removed({ importId })).toMatchObject({ workouts: 0 });
  expect(await starts()).toEqual(['logged', 'simulated']);
});

test('removes what version 0.2 imported', async () => {
  const stored = JSON.parse(fixtureBytes('stored-by-0.2.json').toString());
  await table.put(stored['15_strong_dst.csv']);
  const found = await removed({ from: '2026-03-07', to: '2026-03-07' });
  expect(found).toMatchObject({ workouts: 1, imports: [] });
  expect(found.sets).toHaveLength(40);
  expect(await table.sets()).toHaveLength(2);
});

test('nothing is removed from a table of another application', async () => {
  const outputs = { ...table.stack.outputs, [OUTPUT.workoutsOwner]: WORKOUTS_OWNER.other };
  await expect(findImported({ ...table.stack, outputs }, { from: '2026-05-01' })).rejects.toMatchObject({
    name: 'WorkoutsReadOnly',
  });
});
