import { field, isRate } from '../../../shared/core/night/parse-fields.ts';
import { periodSeries } from '../../../shared/core/night/period-series.ts';

const VALUES = [-1, 0, 1, 54.5, 100_000, 100_001, Number.POSITIVE_INFINITY, '54', true, null, [54], {}];

test.each(VALUES)('a curve and a metric agree on whether %p is a rate', (value) => {
  const schema = field.rate().required();
  expect(isRate(value)).toBe(schema.isValidSync(value, { strict: true }));
});

const unusable = (name: string, detail: string) => ({
  kind: 'unusable_value',
  period_id: 'period',
  field: `sleep.${name}`,
  detail,
});
const NO_CURVE = 'must have items, an interval and a timestamp';

test('a curve has no value where Oura sent none, 0 or an unusable one, with one remark of a kind', () => {
  const heart_rate = { interval: 300, items: VALUES, timestamp: '2026-03-01T23:30:00.000-08:00' };
  const remark = unusable('heart_rate', 'must have numbers as items');
  expect(periodSeries('period', { heart_rate })).toEqual({
    series: {
      period_id: 'period',
      sleep_phase_5_min: null,
      heart_rate: { ...heart_rate, items: ',,1,54.5,100000,,,54,,,,' },
      hrv: null,
    },
    remarks: [remark, { ...remark, kind: 'converted_value' }],
  });
});

test.each([
  ['an interval of 0', { interval: 0 }, [unusable('hrv', NO_CURVE)]],
  ['an interval that is no number', { interval: '5 min' }, [unusable('hrv', NO_CURVE)]],
  ['a time without an offset', { timestamp: '2026-03-01T23:30:00' }, [unusable('hrv', NO_CURVE)]],
  ['a text as items', { items: '60,61' }, [unusable('hrv', NO_CURVE)]],
  ['no items', { items: null }, []],
  ['only empty items', { items: [null, 0] }, []],
])('a curve with %s is left out', (_, change, remarks) => {
  const hrv = { interval: 300, items: [60], timestamp: '2026-03-01T23:30:00.000-08:00' };
  expect(periodSeries('period', { hrv })).toMatchObject({ series: { hrv: { items: '60' } }, remarks: [] });
  expect(periodSeries('period', { hrv: { ...hrv, ...change } })).toEqual({ series: null, remarks });
});

test('a curve keeps its values if its interval is a number as text, with a remark', () => {
  const hrv = { interval: 300, items: [60], timestamp: '2026-03-01T23:30:00.000-08:00' };
  expect(periodSeries('period', { hrv: { ...hrv, interval: '300' } })).toMatchObject({
    series: { hrv: { interval: 300, items: '60' } },
    remarks: [{ kind: 'converted_value', period_id: 'period', field: 'sleep.hrv' }],
  });
});

test.each([['4321'], ['05'], [''], [4321]])('phases of %p are kept only if each is 1 to 4', (phases) => {
  const { series, remarks } = periodSeries('period', { sleep_phase_5_min: phases });
  expect(series?.sleep_phase_5_min).toBe(phases === '4321' ? phases : undefined);
  const isUnusable = phases === '05' || phases === 4321;
  expect(remarks).toEqual(isUnusable ? [unusable('sleep_phase_5_min', 'must be digits from 1 to 4')] : []);
});
