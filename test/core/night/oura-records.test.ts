import { inspect } from 'node:util';
import type { NightCollection, RawRecord } from '../../../shared/core/collections.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { InvalidRecord } from '../../../shared/core/night/oura-records.ts';
import { nap, period, recordsOf, sample } from './records.ts';

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

test.each<[NightCollection, RawRecord, string, string]>([
  ['sleep', period({ id: undefined }), 'id', 'is missing'],
  ['sleep', period({ id: '' }), 'id', 'is missing'],
  ['sleep', period({ day: null }), 'day', 'must not be null'],
  ['sleep', period({ day: '2026-02-30' }), 'day', 'must be a date YYYY-MM-DD'],
  ['daily_sleep', 'text' as unknown as RawRecord, '', 'must be an object'],
  ['sleep', period({ bedtime_start: undefined }), 'bedtime_start', 'is missing'],
  [
    'sleep',
    period({ bedtime_start: '2026-03-09T23:00:00' }),
    'bedtime_start',
    'must be an ISO 8601 time with offset',
  ],
  ['sleep', period({ bedtime_end: 'soon' }), 'bedtime_end', 'must be an ISO 8601 time with offset'],
  ['sleep', period({ total_sleep_duration: -1 }), 'total_sleep_duration', 'must be at least 0'],
  ['sleep', period({ latency: 1.5 }), 'latency', 'must be an integer'],
  ['sleep', period({ awake_time: '3600' }), 'awake_time', 'must be a number'],
  ['sleep', period({ efficiency: 101 }), 'efficiency', 'must be at most 100'],
  [
    'sleep',
    period({ average_heart_rate: Number.POSITIVE_INFINITY }),
    'average_heart_rate',
    'must be at most 100000',
  ],
  ['sleep', period({ type: 'night' }), 'type', 'must be one of long_sleep, sleep, late_nap, rest, deleted'],
  [
    'sleep',
    period({ readiness: { temperature_deviation: 'warm' } }),
    'readiness.temperature_deviation',
    'must be a number',
  ],
  ['daily_sleep', { id: 'd', day: DATE, score: 101 }, 'score', 'must be at most 100'],
  [
    'daily_sleep',
    { id: 'd', day: DATE, contributors: { timing: -1 } },
    'contributors.timing',
    'must be at least 0',
  ],
  ['daily_sleep', { id: 'd', day: DATE, contributors: [] }, 'contributors', 'must be an object'],
  [
    'daily_readiness',
    { id: 'r', day: DATE, temperature_deviation: 1e9 },
    'temperature_deviation',
    'must be at most 100',
  ],
  [
    'daily_spo2',
    { id: 's', day: DATE, breathing_disturbance_index: true },
    'breathing_disturbance_index',
    'must be a number',
  ],
])('refuses in %s: %#', (collection, record, path, reason) => {
  expect(failureOf(collection, record)).toMatchObject({
    collection,
    date: DATE,
    path,
    reason,
    consequences: { retryable: false },
  });
});

test('refuses a bad period also where it would not count', () => {
  expect(failureOf('sleep', nap({ type: 'rest', latency: 'x' })).path).toBe('latency');
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
  ['sleep', { id: 'p', day: DATE, bedtime_start: '2026-03-09T23:00:00.000-07:00' }],
  ['sleep', period({ readiness: null, type: null, time_in_bed: null, bedtime_end: null })],
  ['sleep', period({ some_new_field: { nested: [1e308] } })],
  ['daily_sleep', { id: 'd', day: DATE, contributors: null, score: null, timestamp: null }],
  ['daily_readiness', { id: 'r', day: DATE }],
  ['daily_spo2', { id: 's', day: DATE, spo2_percentage: null }],
])('accepts what may be null or absent in %s: %#', (collection, record) => {
  expect(() => failureOf(collection, record)).toThrow('the record was accepted');
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
