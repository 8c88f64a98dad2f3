import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AnySchema, array, boolean, lazy, mixed, number, object, string } from 'yup';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import { isSurelyValid } from '../../shared/core/quick-validation.ts';
import { instantSchema, sleepRecordSchema } from '../../shared/core/sleep-record.ts';
import { storedAmount, storedText } from '../../shared/core/stored-values.ts';
import { STORED } from '../aws/store/nights.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

const instant = '2026-03-10T07:00:00+02:00';
const samples = { timestamp: instant, interval: 300, items: '61,60' };
const record = {
  ...Object.fromEntries(METRIC_NAMES.map((name) => [name, null])),
  total_sleep_duration: 25_000,
  sleep_score: 80.5,
  bedtime_start: instant,
  date: '2026-03-10',
  ...STORED,
  periods: [{ id: 'p' }],
  series: [{ period_id: 'p', sleep_phase_5_min: null, heart_rate: samples, hrv: null }],
  remarks: [{ kind: 'overlap', detail: 'text' }],
  incomplete: ['daily_spo2'],
  settled: false,
  revision: 2,
  content_hash: 'a'.repeat(64),
  first_synced_at: instant,
  updated_at: instant,
  history: [{ revision: 1, stored_at: instant, replaced_at: instant, changed: { periods: [] } }],
};

const isValid = (schema: AnySchema, value: unknown): boolean => schema.isValidSync(value, { strict: true });

test('accepts a whole night without yup', () => {
  expect(isSurelyValid(sleepRecordSchema, record)).toBe(true);
});

/** Values near the limits of the schemas, and any others. */
const values = fc.oneof(
  fc.constantFrom(
    ...[
      undefined,
      null,
      '',
      0,
      -1,
      0.5,
      1,
      100,
      101,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '1',
      'é',
      '日',
      1e-200,
    ],
  ),
  fc.constantFrom(...[true, [], [undefined], new Array(1), {}, new Set(), new Date(0), Object.create(null)]),
  fc.constantFrom(
    ...[instant, ' 1', '2026-02-30', '2026-03-10', 'overlap', 'a'.repeat(64), [null], [{}], [samples]],
  ),
  fc.anything(),
);

/** A copy of `value` in which one of its parts is `other`. */
const withPart = (value: unknown, places: readonly number[], other: unknown): unknown => {
  const [place, ...inner] = places;
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (place === undefined || names.length === 0) return other;
  const copy: object = Object.assign(Array.isArray(value) ? [] : {}, value);
  const name = names[place % names.length] ?? '';
  Object.assign(copy, { [name]: withPart(Reflect.get(copy, name), inner, other) });
  return copy;
};

const places = fc.array(fc.nat(100), { minLength: 1, maxLength: 4 });

test('of a night with any one part replaced, accepts none that yup rejects, and few fewer', () => {
  let [accepted, valid] = [0, 0];
  fc.assert(
    fc.property(places, values, (place, other) => {
      const changed = withPart(record, place, other);
      const isSure = isSurelyValid(sleepRecordSchema, changed);
      const isReally = isValid(sleepRecordSchema, changed);
      if (isSure) accepted += 1;
      if (isReally) valid += 1;
      return isReally || !isSure;
    }),
    propertyRuns(2000),
  );
  expect(accepted).toBeGreaterThan(0.9 * valid);
});

const SCHEMAS: Readonly<Record<string, AnySchema>> = {
  'a number with limits': number().min(0).max(100),
  'a number above a limit': number().moreThan(0),
  'a number below a limit': number().lessThan(1),
  'a positive whole number': number().positive().integer().required(),
  'a text with a length': string().length(0).defined(),
  'a text with a least length': string().min(1),
  'a text with a pattern': string().matches(/^1/),
  'a text of a list': string().oneOf(['overlap']).nullable(),
  'a text that is not on a list': string().notOneOf(['overlap']),
  'a required text': string().required(),
  'a trimmed text': string().trim().required(),
  'an instant': instantSchema(),
  'a text with at most two bytes': storedText(2),
  'a stored amount': storedAmount(),
  'a text with another test': string().test('other', () => false),
  'a boolean': boolean().isTrue(),
  'anything with a type check': mixed((value): value is number => value === 1),
  'an array with a least length': array(number()).min(1),
  'an array of required items': array(number().required()).nullable(),
  'an object without others': object({ a: number() }).noUnknown(),
  'an optional object': object({ a: number().required() }).default(undefined),
  'a condition': object({ a: number(), b: mixed().when('a', ([a], b) => (a === 1 ? b.required() : b)) }),
  'a lazy field': object({ a: lazy(() => number().required()) }),
};

describe('accepts nothing that yup rejects:', () => {
  test.each(Object.keys(SCHEMAS))('%s', (name) => {
    const schema = SCHEMAS[name] as AnySchema;
    const candidates = fc.oneof(
      values,
      fc.record({ a: values, b: values }, { requiredKeys: [] }),
      fc.array(values),
    );
    fc.assert(
      fc.property(candidates, (value) => isValid(schema, value) || !isSurelyValid(schema, value)),
      propertyRuns(300),
    );
  });
});
