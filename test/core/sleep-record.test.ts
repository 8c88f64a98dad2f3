import { expect, test } from '@jest/globals';
import { METRIC_NAMES, METRICS } from '../../shared/core/metrics.ts';
import { nightMetricsSchema, sleepRecordSchema } from '../../shared/core/sleep-record.ts';
import { STORED } from '../aws/store/nights.ts';

const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, null]));
const instant = '2026-03-10T07:00:00+02:00';
const record = {
  ...metrics,
  date: '2026-03-10',
  periods: [],
  ...STORED,
  settled: false,
  revision: 1,
  content_hash: 'a'.repeat(64),
  first_synced_at: instant,
  updated_at: instant,
  history: [],
};
const revision = { revision: 1, stored_at: instant, replaced_at: instant, changed: {} };
const isRecord = (change: object) => sleepRecordSchema.isValidSync({ ...record, ...change });

test('the metrics and their units have this order', () => {
  expect(Object.entries(METRICS).map(([name, { unit }]) => `${name} ${unit}`)).toEqual([
    'total_sleep_duration s',
    'light_sleep_duration s',
    'deep_sleep_duration s',
    'rem_sleep_duration s',
    'awake_duration s',
    'sleep_score 0-100',
    'sleep_efficiency %',
    'sleep_latency s',
    'sleep_restlessness 0-100',
    'restless_periods count',
    'heart_rate bpm',
    'hrv ms',
    'temperature_delta °C',
    'breathing_disturbances 0-100',
    'bedtime_start ISO 8601 with offset',
    'bedtime_end ISO 8601 with offset',
    'sleep_timing 0-100',
    'lowest_heart_rate bpm',
    'breathing_rate 1/min',
    'readiness_score 0-100',
    'time_in_bed s',
  ]);
});

test.each(METRIC_NAMES)('%s may be null, and must not be absent', (name) => {
  expect(nightMetricsSchema.isValidSync(metrics)).toBe(true);
  expect(nightMetricsSchema.isValidSync({ ...metrics, [name]: undefined })).toBe(false);
});

test.each(METRIC_NAMES)('%s is refused where it is of another kind', (name) => {
  const other = METRICS[name].unit.startsWith('ISO') ? '2026-03-10T07:00:00' : '1';
  expect(nightMetricsSchema.isValidSync({ ...metrics, [name]: other })).toBe(false);
});

test('a stored record is valid, with its history', () => {
  expect(isRecord({})).toBe(true);
  expect(isRecord({ revision: 2, history: [revision] })).toBe(true);
});

test.each([
  { date: undefined },
  { date: '2026-02-29' },
  { periods: undefined },
  { periods: [null] },
  { settled: undefined },
  { settled: 'false' },
  { revision: 0 },
  { revision: 1.5 },
  { revision: '1' },
  { content_hash: 'a'.repeat(63) },
  { content_hash: undefined },
  { first_synced_at: undefined },
  { first_synced_at: 'yesterday' },
  { updated_at: undefined },
  { updated_at: '2026-03-10' },
  { history: undefined },
  { history: [null] },
  ...Object.keys(revision).map((field) => ({ history: [{ ...revision, [field]: undefined }] })),
  { history: [{ ...revision, revision: 0 }] },
  { sleep_score: 101 },
  { sleep_score: -1 },
  { hrv: -1 },
  { total_sleep_duration: -1 },
  { rules_version: undefined },
  { rules_version: 0 },
  { vanished_since: undefined },
  { vanished_since: 'today' },
  { incomplete: undefined },
  { incomplete: ['heartrate'] },
  { remarks: undefined },
  { remarks: [{ kind: 'odd', detail: 'x' }] },
  { remarks: [{ kind: 'overlap' }] },
  { series: undefined },
  { series: [{ period_id: 'p', sleep_phase_5_min: null, heart_rate: null }] },
  { series: [{ period_id: 'p', sleep_phase_5_min: null, heart_rate: { items: '' }, hrv: null }] },
])('rejects a stored record with %j', (change) => {
  expect(isRecord(change)).toBe(false);
});
