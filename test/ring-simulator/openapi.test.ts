import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { COLLECTIONS, FIELDS } from '../../services/ring-simulator/sleeper/collections.ts';
import { daysFrom } from '../../shared/core/day.ts';
import { all, get, simulator, stopAll } from './raw-client.ts';

const openapi = JSON.parse(readFileSync(new URL('../fixtures/oura/openapi.json', import.meta.url), 'utf8'));
const MODEL = {
  sleep: 'PublicModifiedSleepModel',
  daily_sleep: 'PublicDailySleep',
  daily_readiness: 'PublicDailyReadiness',
  daily_spo2: 'PublicDailySpO2',
  daily_activity: 'PublicDailyActivity',
  sleep_time: 'PublicSleepTime',
} as const;
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true })).addSchema(openapi, 'oura');
const validator = (name: string) => ajv.compile({ $ref: `oura#/components/schemas/${name}` });

afterEach(stopAll);

describe.each(['America/Los_Angeles', 'Europe/Helsinki', 'Australia/Lord_Howe'])(
  'a year in %s',
  (timeZone) => {
    test.each(COLLECTIONS)('%s conforms to the OpenAPI document', async (collection) => {
      const ring = await simulator({ timeZone });
      const { json } = await get(ring, collection, { start_date: '2025-11-20', end_date: '2026-11-25' });
      const valid = validator(`MultiDocumentResponse_${MODEL[collection]}_`);
      expect(json.data.length).toBeGreaterThan(364);
      expect(valid(json) || valid.errors).toBe(true);
    });
  },
);

test.each(COLLECTIONS)('a record of %s has exactly the fields of its model', async (name) => {
  const ring = await simulator();
  const { records } = await all(ring, name, { start_date: '2026-11-01', end_date: '2026-11-25' });
  const documented = Object.keys(openapi.components.schemas[MODEL[name]].properties);
  expect([...FIELDS[name]].sort()).toEqual(documented.sort());
  for (const record of records) expect(Object.keys(record).sort()).toEqual(documented);
});

test.each(COLLECTIONS)(
  'the sandbox lists %s without credentials, for a day less than requested',
  async (collection) => {
    const ring = await simulator({ apiKey: 'only-this' });
    const range = { start_date: '2026-11-01', end_date: '2026-11-10', fields: 'day' };
    const { status, json } = await get(ring, `../sandbox/usercollection/${collection}`, range, {
      headers: {},
    });
    const valid = validator(`MultiDocumentResponse_${MODEL[collection]}_`);
    expect(status).toBe(200);
    expect(valid(json) || valid.errors).toBe(true);
    expect(json.data.map(({ day }: { day: string }) => day)).toEqual(daysFrom('2026-11-01', '2026-11-09'));
  },
);

test('the sandbox has no personal_info', async () => {
  const ring = await simulator();
  expect((await get(ring, '../sandbox/usercollection/personal_info')).status).toBe(404);
});

test.each(COLLECTIONS)('a single document of %s conforms to the OpenAPI document', async (collection) => {
  const ring = await simulator();
  const { records } = await all(ring, collection, { start_date: '2026-11-01', end_date: '2026-11-25' });
  const last = records.at(-1);
  const { status, json } = await get(ring, `${collection}/${last?.id}`);
  const valid = validator(MODEL[collection]);
  expect(status).toBe(200);
  expect(valid(json) || valid.errors).toBe(true);
  expect(json).toEqual(last);
});

test('a forgetful year conforms to the OpenAPI document, including documents of nulls', async () => {
  const ring = await simulator({ scenario: 'forgetful' });
  const { json } = await get(ring, 'daily_sleep', { start_date: '2025-11-20', end_date: '2026-11-25' });
  const valid = validator('MultiDocumentResponse_PublicDailySleep_');
  expect(valid(json) || valid.errors).toBe(true);
  expect(json.data.some((record: { score: unknown }) => record.score === null)).toBe(true);
});

test('personal_info conforms to the OpenAPI document', async () => {
  const ring = await simulator();
  const valid = validator('PersonalInfoResponse');
  expect(valid((await get(ring, 'personal_info')).json) || valid.errors).toBe(true);
});

test('a 422 conforms to the OpenAPI document', async () => {
  const ring = await simulator();
  const { json } = await get(ring, 'sleep', { start_date: '2026-02-30' });
  const valid = validator('ValidationError');
  expect(json.detail).toHaveLength(1);
  expect(valid(json.detail[0]) || valid.errors).toBe(true);
});
