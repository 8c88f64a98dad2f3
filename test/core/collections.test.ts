import { readFileSync } from 'node:fs';
import { FIELDS, NIGHT_COLLECTIONS, pathOf, SCOPE, withoutSeries } from '../../shared/core/collections.ts';

const openapi = JSON.parse(readFileSync('test/fixtures/oura/openapi.json', 'utf8'));

const MODELS = {
  sleep: 'PublicModifiedSleepModel',
  daily_sleep: 'PublicDailySleep',
  daily_readiness: 'PublicDailyReadiness',
  daily_spo2: 'PublicDailySpO2',
  daily_activity: 'PublicDailyActivity',
} as const;
const documentedFields = (model: string): string[] =>
  Object.keys(openapi.components.schemas[model].properties);

const SERIES = [
  'heart_rate',
  'hrv',
  'movement_30_sec',
  'sleep_phase_5_min',
  'sleep_phase_30_sec',
  'app_sleep_phase_5_min',
];

test('a night is made from four collections', () => {
  expect(NIGHT_COLLECTIONS).toEqual(['sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2']);
});

/** The curves that a night keeps. */
const KEPT = ['heart_rate', 'hrv', 'sleep_phase_5_min'];

test('requests every documented field of a sleep period except the 30-second series', () => {
  const unwanted = SERIES.filter((field) => !KEPT.includes(field));
  const wanted = documentedFields(MODELS.sleep).filter((field) => !unwanted.includes(field));
  expect([...FIELDS.sleep].sort()).toEqual(wanted.sort());
});

test.each([
  ['daily_sleep', ['id', 'contributors', 'day', 'score', 'timestamp']],
  ['daily_readiness', ['id', 'day', 'score', 'temperature_deviation', 'timestamp']],
  ['daily_spo2', ['id', 'breathing_disturbance_index', 'day']],
  ['daily_activity', ['id', 'day', 'non_wear_time', 'timestamp']],
] as const)('requests from %s the documented fields that are read', (collection, fields) => {
  expect(FIELDS[collection]).toEqual(fields);
  expect(documentedFields(MODELS[collection])).toEqual(expect.arrayContaining([...fields]));
});

test('drops the series and keeps every other field', () => {
  const series = Object.fromEntries(SERIES.map((field) => [field, 'x']));
  expect(withoutSeries({ id: 'a', hrv_average: 1, ...series })).toEqual({ id: 'a', hrv_average: 1 });
});

test('each endpoint has a documented path and a scope', () => {
  for (const endpoint of ['personal_info', ...Object.keys(MODELS)] as (keyof typeof SCOPE)[])
    expect(openapi.paths).toHaveProperty([pathOf(endpoint)]);
  expect(SCOPE).toEqual({
    sleep: 'daily',
    daily_sleep: 'daily',
    daily_readiness: 'daily',
    daily_spo2: 'spo2',
    daily_activity: 'daily',
    personal_info: 'personal',
  });
});
