import fc from 'fast-check';
import type { DayRecords, RawRecord } from '../../../shared/core/collections.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { contentHash } from '../../../shared/core/night/content-hash.ts';
import { COUNTED_TYPES, InvalidRecord, PERIOD_TYPES } from '../../../shared/core/night/oura-records.ts';
import { nightMetricsSchema } from '../../../shared/core/sleep-record.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { period } from './records.ts';

const DATE = '2026-03-10';
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const seconds = optional(fc.integer({ min: 0, max: 60_000 }));
const offset = fc.integer({ min: -12, max: 14 }).map((hours) => {
  const sign = hours < 0 ? '-' : '+';
  return `${sign}${String(Math.abs(hours)).padStart(2, '0')}:00`;
});
const instant = fc
  .tuple(fc.integer({ min: 0, max: 23 }), offset)
  .map(([hour, zone]) => `${DATE}T${String(hour).padStart(2, '0')}:00:00${zone}`);

const periodOf = fc.record(
  {
    id: fc.uuid(),
    day: fc.constant(DATE),
    type: optional(fc.constantFrom(...PERIOD_TYPES)),
    bedtime_start: instant,
    bedtime_end: optional(instant),
    time_in_bed: seconds,
    total_sleep_duration: seconds,
    light_sleep_duration: seconds,
    deep_sleep_duration: seconds,
    rem_sleep_duration: seconds,
    awake_time: seconds,
    latency: seconds,
    efficiency: optional(fc.integer({ min: 0, max: 100 })),
    restless_periods: seconds,
    average_heart_rate: optional(fc.double({ min: 0, max: 250, noNaN: true })),
    average_hrv: optional(fc.integer({ min: 0, max: 300 })),
    readiness: optional(
      fc.record({ temperature_deviation: optional(fc.double({ min: -5, max: 5, noNaN: true })) }),
    ),
    unknown_field: fc.jsonValue(),
  },
  { requiredKeys: ['id', 'day', 'bedtime_start'] },
);
const dailyOf = fc.record(
  {
    id: fc.uuid(),
    day: fc.constant(DATE),
    timestamp: instant,
    score: optional(fc.integer({ min: 0, max: 100 })),
    contributors: optional(fc.record({ restfulness: optional(fc.nat(100)), timing: optional(fc.nat(100)) })),
    temperature_deviation: optional(fc.double({ min: -5, max: 5, noNaN: true })),
    breathing_disturbance_index: optional(fc.nat(100)),
  },
  { requiredKeys: ['id', 'day'] },
);
const daily = fc.array(dailyOf, { maxLength: 3 });
const records: fc.Arbitrary<DayRecords> = fc.record({
  sleep: fc.array(periodOf, { maxLength: 6 }),
  daily_sleep: daily,
  daily_readiness: daily,
  daily_spo2: daily,
});

const isCounted = ({ type }: RawRecord) => COUNTED_TYPES.some((counted) => counted === type);
const reversed = (day: DayRecords): DayRecords => ({
  sleep: [...day.sleep].reverse(),
  daily_sleep: [...day.daily_sleep].reverse(),
  daily_readiness: [...day.daily_readiness].reverse(),
  daily_spo2: [...day.daily_spo2].reverse(),
});

test('there is a night exactly if a period counts, with every metric and every period of the day', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      expect(night !== null).toBe(day.sleep.some(isCounted));
      if (!night) return;
      expect(nightMetricsSchema.isValidSync(night)).toBe(true);
      expect(METRIC_NAMES.every((name) => night[name] !== undefined)).toBe(true);
      expect(night.periods.map(({ id }) => id).sort()).toEqual(day.sleep.map(({ id }) => id).sort());
    }),
    propertyRuns(),
  );
});

test.each([
  ['total_sleep_duration', 'total_sleep_duration'],
  ['awake_duration', 'awake_time'],
  ['restless_periods', 'restless_periods'],
] as const)('%s is the sum of %s over the counted periods, null where none has one', (metric, field) => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night) return;
      const known = day.sleep
        .filter((each) => isCounted(each) && each[field] != null)
        .map((each) => Number(each[field]));
      expect(night[metric]).toBe(
        known.length === 0 ? null : known.reduce((total, value) => total + value, 0),
      );
    }),
    propertyRuns(),
  );
});

test('means are between the smallest and the largest value of a counted period', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night || night.heart_rate === null) return;
      const rates = day.sleep.filter((each) => isCounted(each) && each['average_heart_rate'] != null);
      const values = rates.map((each) => Number(each['average_heart_rate']));
      expect(night.heart_rate).toBeGreaterThanOrEqual(Math.min(...values) - 0.001);
      expect(night.heart_rate).toBeLessThanOrEqual(Math.max(...values) + 0.001);
    }),
    propertyRuns(),
  );
});

test('bedtimes belong to one counted period, a long sleep if there is one', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night) return;
      const counted = day.sleep.filter(isCounted);
      const long = counted.filter(({ type }) => type === 'long_sleep');
      const bedtimes = (long.length > 0 ? long : counted).map((each) => [
        each['bedtime_start'],
        each['bedtime_end'] ?? null,
      ]);
      expect(bedtimes).toContainEqual([night.bedtime_start, night.bedtime_end]);
    }),
    propertyRuns(),
  );
});

test('night and hash do not depend on the order of the records', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      const other = assembleNight(DATE, reversed(day));
      expect(other).toEqual(night);
      if (night && other) expect(contentHash(other)).toBe(contentHash(night));
    }),
    propertyRuns(),
  );
});

test('any value in a field gives a valid night or fails the date with InvalidRecord', () => {
  const fields = [
    'deleted_at',
    ...Object.keys(period({ readiness: null })),
    'score',
    'contributors',
    'timestamp',
  ];
  const dailyFields = ['temperature_deviation', 'breathing_disturbance_index'];
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      -1,
      0.5,
      1e308,
      Number.POSITIVE_INFINITY,
      '',
      '2026-03-10T00:00:00',
      {},
      [],
      true,
      undefined,
    ),
  );
  fc.assert(
    fc.property(
      records,
      fc.constantFrom('sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2'),
      fc.constantFrom(...fields, ...dailyFields),
      anything,
      (day, collection, field, value) => {
        const mutated = {
          ...day,
          [collection]: [...day[collection as keyof DayRecords], period({ score: 50, [field]: value })],
        };
        try {
          const night = assembleNight(DATE, mutated);
          if (night) expect(nightMetricsSchema.isValidSync(night)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRecord);
          expect((error as InvalidRecord).path.split('.')[0]).toBe(field);
        }
      },
    ),
    propertyRuns(),
  );
});
