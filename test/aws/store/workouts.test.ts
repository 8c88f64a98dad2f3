import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { jest } from '@jest/globals';
import { TableThrottled } from '../../../shared/aws/store/retry-unprocessed.ts';
import { createWorkouts, type Workouts } from '../../../shared/aws/store/workouts.ts';
import { MOST_KEY_BYTES, MOST_TEXT_BYTES } from '../../../shared/core/stored-values.ts';
import { openWorkoutsTable, type WorkoutsTable } from '../../helpers/workouts-table.ts';
import { setOn } from '../../insights/sets.ts';

let table: WorkoutsTable;
let workouts: Workouts;
beforeAll(async () => {
  table = await openWorkoutsTable();
  workouts = createWorkouts(table.dynamodb, table.name);
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

const sixty = Array.from({ length: 60 }, (_, index) =>
  setOn('2026-03-01', 50 + index, 8, { workoutId: `w${index}` }),
);

test('returns the stored sets, by time', async () => {
  const [late, early] = [setOn('2026-03-02', 50, 8), setOn('2026-03-01', 50, 8)];
  await workouts.put([late, early]);
  expect(await workouts.read()).toEqual({ sets: [early, late], skipped: 0 });
});

test('stores the same sets again without a write', async () => {
  await workouts.put(sixty);
  table.calls.clear();
  await workouts.put(sixty);
  expect(table.calls.of('BatchWriteItemCommand')).toEqual([]);
});

test('writes only the set that has changed', async () => {
  await workouts.put(sixty);
  table.calls.clear();
  const mended = sixty.map((set, index) => (index === 7 ? { ...set, reps: '9' } : set));
  await workouts.put(mended);
  expect(table.calls.of('BatchWriteItemCommand')).toHaveLength(1);
  expect((await workouts.read()).sets.filter(({ reps }) => reps === '9')).toHaveLength(1);
});

test('keeps the last of two sets with the same key', async () => {
  const set = setOn('2026-03-01', 50, 8);
  await workouts.put([set, { ...set, reps: '10' }]);
  expect((await workouts.read()).sets).toMatchObject([{ reps: '10' }]);
});

test('stores a set with the longest texts and the smallest weight', async () => {
  const longest = 'é'.repeat(MOST_TEXT_BYTES / 2);
  const set = setOn('2026-03-01', 0, longest, {
    workoutId: 'w'.repeat(MOST_KEY_BYTES),
    exercise: longest,
    weight: 1e-130,
    weight_modulation: longest,
    username: longest,
    workout_title: longest,
    workout_local_start: longest,
    import_id: longest,
  });
  await workouts.put([set]);
  expect((await workouts.read()).sets).toEqual([set]);
});

test('skips and counts invalid items, and accepts numbers stored as text', async () => {
  await table.put({
    workoutId: 'old',
    timestamp: 1_700_000_000,
    exercise: 'Row',
    reps: 8,
    sets: '2',
    weight: '100',
  });
  await table.put({ workoutId: 'note', timestamp: 1_700_000_001, text: 'felt good' });
  await table.put({
    workoutId: 'none',
    timestamp: 1_700_000_002,
    exercise: 'Row',
    reps: '8',
    sets: 1,
    weight: null,
  });
  expect(await workouts.read()).toEqual({
    sets: [{ workoutId: 'old', timestamp: 1_700_000_000, exercise: 'Row', reps: '8', sets: 2, weight: 100 }],
    skipped: 2,
  });
});

test('reads a set without attributes that have another meaning in another application', async () => {
  const [set] = sixty;
  await table.put({ ...set, source: 'web', rpe: 0, username: null });
  expect(await workouts.read()).toEqual({ sets: [set], skipped: 0 });
});

test('reads the attributes of a set only, in as many pages as there are', async () => {
  const long = { note: 'n'.repeat(390_000) };
  for (const set of sixty.slice(0, 6)) await table.put({ ...set, ...long });
  expect((await workouts.read()).sets).toEqual(sixty.slice(0, 6));
  expect(table.calls.of('ScanCommand').length).toBeGreaterThan(1);
});

/** DynamoDB accepts numbers that JavaScript has no exact form for. */
const PRECISE = NumberValue.from('12345678901234567890.123456789012345678');

test.each([
  ['that is never read', { mass: PRECISE }, 4],
  ['that is read', { weight: PRECISE }, 3],
  ['of a set number', { sets: NumberValue.from('3E+120') }, 3],
])('an item with too large a number in an attribute %s costs at most itself', async (_what, large, kept) => {
  const others = sixty.slice(0, 3);
  for (const set of others) await table.put(set);
  await table.put({ ...setOn('2026-03-02', 100, 8), ...large });
  const { sets, skipped } = await workouts.read();
  expect([sets.length, skipped]).toEqual([kept, 4 - kept]);
  expect(sets.slice(0, 3)).toEqual(others);
});

test('makes changes in their order, 25 at a time', async () => {
  await workouts.change(sixty.map((put) => ({ put })));
  expect(await table.count()).toBe(60);
  table.calls.clear();
  const first = { ...setOn('2026-03-02', 60, 5), extra: 'kept out of the key' };
  await workouts.change([{ put: first }, ...sixty.map((remove) => ({ remove }))]);
  expect(table.calls.of('BatchWriteItemCommand')).toHaveLength(3);
  expect(await table.count()).toBe(1);
});

const unprocessed = async (input: Record<string, unknown>) => ({ UnprocessedItems: input['RequestItems'] });

test('retries unprocessed items', async () => {
  table.calls.answerNext('BatchWriteItemCommand', unprocessed);
  await workouts.put(sixty);
  expect(await table.count()).toBe(60);
});

test('gives up after six rounds of unprocessed items', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    table.calls.answerNext('BatchGetItemCommand', async () => ({ Responses: {} }));
    for (let round = 0; round < 10; round += 1) table.calls.answerNext('BatchWriteItemCommand', unprocessed);
    const failed = expect(workouts.put(sixty.slice(0, 2))).rejects.toThrow(TableThrottled);
    await jest.advanceTimersByTimeAsync(10_000);
    await failed;
    expect(table.calls.of('BatchWriteItemCommand')).toHaveLength(6);
  } finally {
    jest.useRealTimers();
  }
});
