import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  EDGE_RECORDS,
  EXPECTED_GAPS,
  EXPECTED_NIGHTS,
  EXPECTED_PERIODS,
  INVALID_DAY,
} from '../fixtures/oura/edge-nights.ts';
import { type FixtureOura, startFixtureOura } from './fixture-oura.ts';

const RANGE = { start_date: '2026-03-01', end_date: '2026-05-01' };
let oura: FixtureOura;

beforeEach(async () => {
  oura = await startFixtureOura({ records: structuredClone(EDGE_RECORDS) });
});
afterEach(() => oura.stop());

const ask = async (collection: string, query: Record<string, string>, from = oura) => {
  const response = await fetch(`${from.url}/v2/usercollection/${collection}?${new URLSearchParams(query)}`, {
    headers: { authorization: 'Bearer key' },
  });
  // biome-ignore lint/suspicious/noExplicitAny: replies of any shape
  return { status: response.status, json: (await response.json()) as any };
};
const idsOf = (json: { data: { id: string }[] }) => json.data.map(({ id }) => id.slice(-2));

test('serves a UTC+13 night for the UTC date of its evening but not for its day alone', async () => {
  expect(idsOf((await ask('sleep', { start_date: '2026-04-03', end_date: '2026-04-04' })).json)).toEqual([
    '14',
  ]);
  expect(idsOf((await ask('sleep', { start_date: '2026-04-04', end_date: '2026-04-05' })).json)).toEqual([]);
});

test('serves a UTC-10 night under the UTC date after its evening', async () => {
  expect(idsOf((await ask('sleep', { start_date: '2026-04-01', end_date: '2026-04-02' })).json)).toEqual([]);
  expect(idsOf((await ask('sleep', { start_date: '2026-04-02', end_date: '2026-04-03' })).json)).toEqual([
    '10',
  ]);
});

test('includes the end for daily_sleep and excludes it for daily_activity', async () => {
  const query = { start_date: '2026-03-10', end_date: '2026-03-12' };
  expect((await ask('daily_sleep', query)).json.data).toHaveLength(3);
  expect((await ask('daily_activity', query)).json.data).toHaveLength(2);
});

test('serves pages until the token is null', async () => {
  const paged = await startFixtureOura({ records: EDGE_RECORDS, pageSize: 4 });
  const first = await ask('daily_sleep', RANGE, paged);
  const second = await ask('daily_sleep', { ...RANGE, next_token: first.json.next_token }, paged);
  const third = await ask('daily_sleep', { ...RANGE, next_token: second.json.next_token }, paged);
  await paged.stop();
  expect([first, second, third].map(({ json }) => json.data.length)).toEqual([4, 4, 2]);
  expect(third.json.next_token).toBeNull();
});

test('keeps the named fields and id', async () => {
  const { json } = await ask('daily_spo2', { ...RANGE, fields: 'day' });
  expect(Object.keys(json.data[0]).sort()).toEqual(['day', 'id']);
});

test('rejects a request without Authorization or without dates', async () => {
  expect((await fetch(`${oura.url}/v2/usercollection/sleep`)).status).toBe(400);
  expect((await ask('sleep', { start_date: '2026-03-01' })).status).toBe(422);
});

test('serves changed records or replies of the test, and records requests', async () => {
  oura.records['daily_sleep'] = [];
  expect((await ask('daily_sleep', RANGE)).json.data).toEqual([]);
  oura.respondWith(({ collection }) => (collection === 'sleep' ? { status: 503 } : undefined));
  expect([(await ask('sleep', RANGE)).status, (await ask('daily_spo2', RANGE)).status]).toEqual([503, 200]);
  oura.respondWith(undefined);
  expect((await ask('sleep', RANGE)).status).toBe(200);
  expect(oura.requests.map(({ collection }) => collection)).toEqual([
    'daily_sleep',
    'sleep',
    'daily_spo2',
    'sleep',
  ]);
  expect(oura.requests[0]?.query).toEqual(RANGE);
});

describe('edge nights', () => {
  const MODEL = {
    sleep: 'PublicModifiedSleepModel',
    daily_sleep: 'PublicDailySleep',
    daily_readiness: 'PublicDailyReadiness',
    daily_spo2: 'PublicDailySpO2',
    daily_activity: 'PublicDailyActivity',
  } as const;
  const openapi = JSON.parse(readFileSync(new URL('../fixtures/oura/openapi.json', import.meta.url), 'utf8'));

  test.each(Object.keys(MODEL) as (keyof typeof MODEL)[])(
    '%s conforms to the OpenAPI document',
    (collection) => {
      const ajv = addFormats.default(new Ajv2020({ strict: false })).addSchema(openapi, 'oura');
      const valid = ajv.compile({ $ref: `oura#/components/schemas/${MODEL[collection]}` });
      for (const record of EDGE_RECORDS[collection]) expect(valid(record) || valid.errors).toBe(true);
    },
  );

  test('the stages of every valid sleep add up', () => {
    const whole = EDGE_RECORDS.sleep.filter(({ day, type }) => day !== INVALID_DAY.date && type !== null);
    for (const night of whole as Record<string, number>[]) {
      if (night['total_sleep_duration'] === null) continue;
      const n = (name: string) => night[name] ?? Number.NaN;
      const elapsed = Date.parse(String(night['bedtime_end'])) - Date.parse(String(night['bedtime_start']));
      expect(n('deep_sleep_duration') + n('light_sleep_duration') + n('rem_sleep_duration')).toBe(
        n('total_sleep_duration'),
      );
      expect(n('total_sleep_duration') + n('awake_time')).toBe(n('time_in_bed'));
      expect(elapsed / 1000).toBe(n('time_in_bed'));
    }
  });

  test('each day with sleep is expected or broken, and each gap has no sleep', () => {
    const days = new Set(EDGE_RECORDS.sleep.map(({ day }) => day));
    expect([...days].sort()).toEqual([...Object.keys(EXPECTED_NIGHTS), INVALID_DAY.date].sort());
    expect(Object.keys(EXPECTED_PERIODS)).toEqual(Object.keys(EXPECTED_NIGHTS));
    expect(Object.keys(EXPECTED_GAPS).filter((day) => days.has(day))).toEqual([]);
  });
});
