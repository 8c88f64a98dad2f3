import { inspect } from 'node:util';
import type { NightCollection, RawRecord } from '../../../shared/core/collections.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { InvalidRecord } from '../../../shared/core/night/oura-records.ts';
import { period, recordsOf, sample } from './records.ts';

const DATE = '2026-03-10';
const failureOf = (collection: NightCollection, record: RawRecord): InvalidRecord => {
  try {
    assembleNight(DATE, recordsOf({ sleep: [period()], [collection]: [record] }));
  } catch (error) {
    if (error instanceof InvalidRecord) return error;
    throw error;
  }
  throw new Error('the record was accepted');
};

test.each<[RawRecord, string, string]>([
  [{ bedtime_start: undefined }, 'bedtime_start', 'is missing'],
  [{ bedtime_start: '2026-03-09T23:00:00' }, 'bedtime_start', 'must be an ISO 8601 time with offset'],
  [{ bedtime_end: 'soon' }, 'bedtime_end', 'must be an ISO 8601 time with offset'],
  [{ bedtime_end: '2026-03-09T22:00:00+02:00' }, 'bedtime_end', 'is before bedtime_start'],
  [{ total_sleep_duration: -1 }, 'total_sleep_duration', 'must be at least 0'],
  [{ light_sleep_duration: -1 }, 'light_sleep_duration', 'must be at least 0'],
  [{ deep_sleep_duration: 'much' }, 'deep_sleep_duration', 'must be a number'],
  [{ rem_sleep_duration: 1e308 }, 'rem_sleep_duration', `must be at most ${Number.MAX_SAFE_INTEGER}`],
  [{ awake_time: [] }, 'awake_time', 'must be a number'],
])('rejects a day whose main period has an unusable core value: %j', (change, path, reason) => {
  expect(failureOf('sleep', period(change))).toMatchObject({
    ...{ collection: 'sleep', date: DATE, path, reason },
    consequences: { retryable: false },
  });
});

test.each<[NightCollection, RawRecord, string, string]>([
  ['sleep', period({ latency: 'x' }), 'sleep.latency', 'must be a number'],
  ['sleep', period({ efficiency: 101 }), 'sleep.efficiency', 'must be at most 100'],
  ['sleep', period({ restless_periods: -1 }), 'sleep.restless_periods', 'must be at least 0'],
  ['sleep', period({ id: '' }), 'sleep.id', 'must not be empty'],
  ['sleep', period({ readiness: [] }), 'sleep.readiness', 'must be an object'],
  [
    'sleep',
    period({ average_heart_rate: Number.POSITIVE_INFINITY }),
    'sleep.average_heart_rate',
    'must be at most 100000',
  ],
  [
    'sleep',
    period({ readiness: { temperature_deviation: 'warm' } }),
    'sleep.readiness.temperature_deviation',
    'must be a number',
  ],
  ['daily_sleep', { id: 'd', day: DATE, score: 101 }, 'daily_sleep.score', 'must be at most 100'],
  ['daily_sleep', { id: 'd', day: DATE, contributors: [] }, 'daily_sleep.contributors', 'must be an object'],
  [
    'daily_sleep',
    { id: 'd', day: DATE, contributors: { timing: -1 } },
    'daily_sleep.contributors.timing',
    'must be at least 0',
  ],
  [
    'daily_sleep',
    { id: 'd', day: DATE, timestamp: 'noon' },
    'daily_sleep.timestamp',
    'must be an ISO 8601 time with offset',
  ],
  [
    'daily_readiness',
    { id: 'r', day: DATE, temperature_deviation: 1e9 },
    'daily_readiness.temperature_deviation',
    'must be at most 100',
  ],
  [
    'daily_spo2',
    { id: 's', day: DATE, breathing_disturbance_index: true },
    'daily_spo2.breathing_disturbance_index',
    'must be a number',
  ],
])('an unusable value in %s becomes null with a remark: %#', (collection, record, field, detail) => {
  const night = assembleNight(DATE, recordsOf({ sleep: [period()], [collection]: [record] }));
  expect(night).toMatchObject({ total_sleep_duration: 25_200 });
  const period_id = collection === 'sleep' && record['id'] ? { period_id: 'p1' } : {};
  expect(night?.remarks).toEqual([{ kind: 'unusable_value', field, detail, ...period_id }]);
});

test('reads a number as text as a number, with a remark', () => {
  const night = assembleNight(
    DATE,
    recordsOf({
      sleep: [period({ total_sleep_duration: '25200' })],
      daily_spo2: [{ id: 's', day: DATE, breathing_disturbance_index: '7' }],
    }),
  );
  expect(night).toMatchObject({ total_sleep_duration: 25_200, breathing_disturbances: 7 });
  expect(night?.remarks.map(({ kind, field }) => [kind, field])).toEqual([
    ['converted_value', 'sleep.total_sleep_duration'],
    ['converted_value', 'daily_spo2.breathing_disturbance_index'],
  ]);
});

test.each([
  [' 400 ', 400],
  ['+400', 400],
  ['400.50', 400.5],
  ['400.', 400],
  ['.5', 0.5],
  ['4e2', 400],
  ['4.0E+02', 400],
])('reads the text %j as %d', (text, value) => {
  const night = assembleNight(DATE, recordsOf({ sleep: [period({ latency: text })] }));
  expect(night).toMatchObject({ sleep_latency: value, remarks: [{ kind: 'converted_value' }] });
});

test.each(['', ' ', '.', 'e3', '7,200', '7 200', '7200 s', '0x10', '1e999', 'Infinity', '-400'])(
  'does not guess what number the text %j is',
  (text) => {
    const night = assembleNight(DATE, recordsOf({ sleep: [period({ latency: text })] }));
    expect(night).toMatchObject({ sleep_latency: null, remarks: [{ kind: 'unusable_value' }] });
  },
);

test('accepts fractional counts and durations without a remark', () => {
  const night = assembleNight(
    DATE,
    recordsOf({ sleep: [period({ restless_periods: 99.5, latency: 60.25 })] }),
  );
  expect(night).toMatchObject({ restless_periods: 99.5, sleep_latency: 60.25, remarks: [] });
});

test('a heart rate, HRV or breathing rate of 0 is no value, without a remark', () => {
  const none = { average_heart_rate: 0, lowest_heart_rate: 0, average_hrv: 0, average_breath: 0 };
  expect(assembleNight(DATE, recordsOf({ sleep: [period(none)] }))).toMatchObject({
    ...{ heart_rate: null, lowest_heart_rate: null, hrv: null, breathing_rate: null },
    remarks: [],
  });
});

test('names the record if no field of it is wrong, and no date if it is unknown', () => {
  const invalid = { collection: 'sleep', date: null, path: '', reason: 'must be an object' } as const;
  expect(new InvalidRecord(invalid)).toMatchObject({
    name: 'InvalidRecord',
    message: 'Invalid sleep record: the record must be an object',
  });
});

test('never repeats the value that was wrong', () => {
  const error = failureOf('sleep', period({ total_sleep_duration: 'HEALTH-91' }));
  expect(error.message).toBe('Invalid sleep record of 2026-03-10: total_sleep_duration must be a number');
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('HEALTH-91');
});

test.each<[NightCollection, RawRecord]>([
  ['sleep', { id: 'p', day: DATE, type: 'long_sleep', bedtime_start: '2026-03-09T23:00:00.000-07:00' }],
  ['sleep', period({ readiness: null, time_in_bed: null, bedtime_end: null })],
  ['sleep', period({ some_new_field: { nested: [1e308] } })],
  ['daily_sleep', { id: 'd', day: DATE, contributors: null, score: null, timestamp: null }],
  ['daily_readiness', { id: 'r', day: DATE }],
  ['daily_spo2', { id: 's', day: DATE, spo2_percentage: null }],
])('accepts null and absent values in %s without a remark: %#', (collection, record) => {
  const night = assembleNight(DATE, recordsOf({ sleep: [period()], [collection]: [record] }));
  expect(night?.remarks).toEqual([]);
});

test.each(['docs_example_sleep', 'sleep_overnight_and_rest', 'synthetic_sleep_edge_cases'])(
  'accepts every record of the sample %s',
  (name) => {
    const sleep = sample(name);
    expect(assembleNight(DATE, recordsOf({ sleep }))?.periods).toHaveLength(sleep.length);
  },
);

test.each<[NightCollection, string]>([
  ['daily_sleep', 'docs_example_daily_sleep'],
  ['daily_sleep', 'sandbox_daily_sleep'],
  ['daily_readiness', 'docs_example_daily_readiness'],
  ['daily_spo2', 'docs_example_daily_spo2'],
])('accepts every record of %s in %s', (collection, name) => {
  expect(assembleNight(DATE, recordsOf({ sleep: [period()], [collection]: sample(name) }))).not.toBeNull();
});
