import { expect, test } from '@jest/globals';
import { isSurelyValid } from '../../shared/core/quick-validation.ts';
import { MOST_INT32, MOST_KEY_BYTES, MOST_TEXT_BYTES } from '../../shared/core/stored-values.ts';
import { POUNDS_PER_KILOGRAM } from '../../shared/core/weight.ts';
import { isTimedOnly, SIMULATED_USER, workoutSetSchema } from '../../shared/core/workout-set.ts';

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
  { workoutId: 'w'.repeat(MOST_KEY_BYTES), exercise: 'é'.repeat(MOST_TEXT_BYTES / 2) },
  { sets: MOST_INT32, weight: 1e-130 },
  { source: 'Strong', import_id: '3fa9c21b', workout_start: 1_770_000_000, workout_title: 'Push' },
  { workout_local_start: '2026-02-02T10:40:00', workout_duration_s: 3600, rpe: 8.5 },
  { reps: '0', duration_s: 60, distance_m: 1200.5, assistance: 44.0925 },
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
  { ...set, workoutId: 'w'.repeat(MOST_KEY_BYTES + 1) },
  { ...set, workoutId: 'é'.repeat(MOST_KEY_BYTES / 2 + 1) },
  { ...set, exercise: 'e'.repeat(MOST_TEXT_BYTES + 1) },
  { ...set, sets: MOST_INT32 + 1 },
  { ...set, weight: 1e20 },
  { ...set, weight: 1e-200 },
  { ...set, weight: Number.POSITIVE_INFINITY },
  { ...set, source: 'Jefit' },
  { ...set, rpe: 0 },
  { ...set, rpe: 11 },
  { ...set, assistance: -20 },
])('rejects a malformed set: %j', (value) => {
  expect(workoutSetSchema.isValidSync(value)).toBe(false);
});

test('checks a usual set without yup', () => {
  expect(isSurelyValid(workoutSetSchema, { ...set, source: 'Hevy', rpe: 8, workout_title: 'Push' })).toBe(
    true,
  );
});

test.each([
  ['a plank', { reps: '0', duration_s: 60 }, true],
  ['a run', { reps: '0', distance_m: 5000 }, true],
  ['a failed attempt', { reps: '0' }, false],
  ['repetitions with their time', { reps: '5', duration_s: 30 }, false],
])('%s %j: only timed? %s', (_what, change, isTimed) => {
  expect(isTimedOnly({ ...set, ...change })).toBe(isTimed);
});
