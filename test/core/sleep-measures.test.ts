import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import { SLEEP_MEASURE_NAMES, SLEEP_MEASURES, whenBefore } from '../../shared/core/sleep-measures.ts';

test('the measures are those of a night, and three of several parts or nights', () => {
  expect(SLEEP_MEASURE_NAMES).toEqual([
    ...METRIC_NAMES,
    'deep_and_rem_duration',
    'sleep_debt_7d',
    'nap_duration',
  ]);
  expect(SLEEP_MEASURES.hrv.label).toBe('HRV');
});

test.each([
  ['deep_and_rem_duration', 'deep and REM sleep', 5_400, '1 h 30'],
  ['sleep_debt_7d', 'sleep debt', 5_400, '1 h 30'],
  // Slept more than usual.
  ['sleep_debt_7d', 'sleep debt', -5_400, '1 h 30 ahead'],
  ['sleep_debt_7d', 'sleep debt', 0, '0 h 00'],
  ['nap_duration', 'naps', 1_200, '20'],
] as const)('%s is called %s, and %i s of it are %s', (name, label, value, text) => {
  expect([SLEEP_MEASURES[name].label, SLEEP_MEASURES[name].format(value)]).toEqual([label, text]);
});

test.each([
  ['hrv', 0, 'the night before'],
  ['hrv', 1, '2 nights before'],
  ['deep_and_rem_duration', 6, '7 nights before'],
  ['sleep_debt_7d', 0, 'the week before'],
  ['nap_duration', 0, 'the same day'],
] as const)('%s with lag %i is of %s', (measure, lag, text) => {
  expect(whenBefore(measure, lag)).toBe(text);
});
