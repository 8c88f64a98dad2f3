import {
  belongsToOther,
  hidesSimulated,
  readWorkouts,
  SeveralLifters,
} from '../../services/operations/workouts.ts';
import { OUTPUT, WORKOUTS_OWNER } from '../../shared/core/names.ts';
import { SIMULATED_USER } from '../../shared/core/workout-set.ts';
import { openWorkoutsTable, type WorkoutsTable } from '../helpers/workouts-table.ts';
import { setOn } from '../insights/sets.ts';

let table: WorkoutsTable;
beforeAll(async () => {
  table = await openWorkoutsTable();
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

const stack = (outputs: Record<string, string> = {}) => ({
  dynamodb: table.dynamodb,
  outputs: { [OUTPUT.workoutsTable]: table.name, ...outputs },
});
const read = (outputs?: Record<string, string>) => readWorkouts(stack(outputs));
const users = async (outputs?: Record<string, string>) =>
  (await read(outputs)).sets.map(({ username }) => username);

const own = setOn('2026-03-01', 100, 8);
const of = (username: string) => setOn('2026-03-02', 100, 8, { username });

test("counts the simulated lifter's sets while there are no others", async () => {
  await table.put(of(SIMULATED_USER));
  expect(await users()).toEqual([SIMULATED_USER]);
  await table.put(own);
  expect(await users()).toEqual([undefined]);
});

test("stops counting the simulated lifter's sets with the first others", () => {
  const simulated = of(SIMULATED_USER);
  expect(hidesSimulated(stack(), [], [own])).toBe(false);
  expect(hidesSimulated(stack(), [simulated], [])).toBe(false);
  expect(hidesSimulated(stack(), [simulated], [simulated])).toBe(false);
  expect(hidesSimulated(stack({ [OUTPUT.workoutsUser]: 'ann' }), [simulated], [own])).toBe(false);
  expect(hidesSimulated(stack(), [simulated], [own])).toBe(true);
  expect(hidesSimulated(stack(), [simulated, own], [own])).toBe(false);
});

test('rejects sets of several people until a setting chooses one', async () => {
  await table.put(of('robbie'));
  await table.put(own);
  expect(await users()).toEqual([undefined, 'robbie']);
  await table.put(of('ann'));
  await expect(read()).rejects.toThrow(SeveralLifters);
  await expect(read()).rejects.toThrow(/\(ann, robbie\).*workoutsUser/);
  expect(await users({ [OUTPUT.workoutsUser]: 'ann' })).toEqual(['ann']);
});

test('an empty name is no user', async () => {
  await table.put({ ...of(''), timestamp: 1_778_346_000 });
  await table.put(of('robbie'));
  expect(await users()).toHaveLength(2);
});

test('a stack without a table of workouts must be updated', async () => {
  await expect(readWorkouts({ dynamodb: table.dynamodb, outputs: {} })).rejects.toMatchObject({
    name: 'OutputMissing',
  });
});

test.each([
  [WORKOUTS_OWNER.stack, false],
  [WORKOUTS_OWNER.other, true],
])('a table of %s: is it another application’s? %s', (owner, other) => {
  expect(belongsToOther({ outputs: { [OUTPUT.workoutsOwner]: owner } })).toBe(other);
});
