import { recordId } from '../../services/ring-simulator/sleeper/noise.ts';
import { recognizeNights } from '../../services/ring-simulator/sleeper/recognize-nights.ts';

const DAY_NUMBER = 20_522;
const DATE = '2026-03-10';
const simulated = (name: string, seed = 7) => recordId(seed, DAY_NUMBER, name);

test('recognizes simulated nights by two ids, whatever their seed', () => {
  expect(recognizeNights([{ date: DATE, ids: [simulated('sleep'), simulated('daily_sleep')] }])).toBe(
    'simulated',
  );
  const next = { date: '2026-03-11', ids: [recordId(7, DAY_NUMBER + 1, 'sleep')] };
  expect(recognizeNights([{ date: DATE, ids: [simulated('sleep')] }, next])).toBe('simulated');
});

test('one id proves nothing, nor does the same one twice', () => {
  expect(recognizeNights([])).toBe('unknown');
  expect(recognizeNights([{ date: DATE, ids: [simulated('sleep'), simulated('sleep')] }])).toBe('unknown');
});

test('other ids are real, also if they are no UUIDs', () => {
  const ids = ['4f1b9a6e-1d2c-4b3a-8f5e-6a7b8c9d0e1f', '9c8b7a6d-5e4f-4a3b-9c2d-1e0f9a8b7c6d'];
  expect(recognizeNights([{ date: DATE, ids }])).toBe('real');
  expect(recognizeNights([{ date: DATE, ids: ['sleep-1', 'sleep-2'] }])).toBe('real');
});
