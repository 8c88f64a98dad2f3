import { expect, test } from '@jest/globals';
import { POUNDS_PER_KILOGRAM, SIMULATED_USER, workoutSetSchema } from '../../shared/core/workout-set.ts';

const set = {
  workoutId: 'w',
  timestamp: 1_770_000_000,
  exercise: 'Squat',
  reps: '8',
  sets: 1,
  weight: 100,
};

test('a kilogram is 2.2046 pounds', () => {
  expect(POUNDS_PER_KILOGRAM).toBeCloseTo(2.2046226218, 9);
});

test('the simulated lifter has its own name', () => {
  expect(SIMULATED_USER).toBe('simulated');
});

test.each([
  {},
  { weight: 0, sets: 0, timestamp: 0 },
  { timestamp: 253_402_300_799 },
  { weight_modulation: 'Bulking', username: 'rob' },
])('a set may have %j', (change) => {
  expect(workoutSetSchema.isValidSync({ ...set, ...change })).toBe(true);
});

test('accepts numbers as text and repetitions as a number, but no spaces', () => {
  const early = { ...set, timestamp: '1770000000', weight: '100', sets: '1', reps: 8, exercise: ' Squat ' };
  expect(workoutSetSchema.validateSync(early)).toEqual(set);
});

test.each([
  undefined,
  ...Object.keys(set).map((field) => ({ ...set, [field]: undefined })),
  { ...set, timestamp: -1 },
  { ...set, timestamp: 1.5 },
  { ...set, timestamp: 253_402_300_800 },
  { ...set, exercise: '  ' },
  { ...set, reps: ' ' },
  { ...set, sets: -1 },
  { ...set, sets: 0.5 },
  { ...set, weight: -1 },
])('rejects a malformed set: %j', (value) => {
  expect(workoutSetSchema.isValidSync(value)).toBe(false);
});
