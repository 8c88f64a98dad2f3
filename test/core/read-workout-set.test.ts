import { ValidationError } from 'yup';
import { readWorkoutSet } from '../../shared/core/read-workout-set.ts';

const set = { workoutId: 'a', timestamp: 1_778_346_000, exercise: 'Row', reps: '5', sets: 1, weight: 100 };

test('a valid set is read as it is', () => {
  expect(readWorkoutSet(set)).toEqual({ set, without: [] });
});

test('a set counts without optional attributes that are invalid, and without unknown ones', () => {
  const item = { ...set, source: 'web', rpe: 0, workout_title: ['A'], weight_modulation: 'Bulking', mood: 1 };
  expect(readWorkoutSet(item)).toEqual({
    set: { ...set, weight_modulation: 'Bulking' },
    without: ['source', 'workout_title', 'rpe'],
  });
});

test.each([
  [{ ...set, rpe: 0, weight: -1 }, 'weight'],
  [{ ...set, username: ['me'] }, 'username'],
  [{ ...set, rpe: 0, exercise: undefined }, 'exercise'],
  [{ ...set, rpe: 0, workoutId: undefined }, 'workoutId'],
  [{ ...set, rpe: 0, timestamp: 'noon' }, 'timestamp'],
  [{ ...set, rpe: 0, reps: undefined }, 'reps'],
  [{ ...set, rpe: 0, sets: 0.5 }, 'sets'],
])('%j is no set, because of its %s', (item, path) => {
  expect(() => readWorkoutSet(item)).toThrow(ValidationError);
  expect(() => readWorkoutSet(item)).toThrow(expect.objectContaining({ path }));
});

test.each([null, 'text', 7, []])('%j is no set', (item) => {
  expect(() => readWorkoutSet(item)).toThrow(ValidationError);
});
