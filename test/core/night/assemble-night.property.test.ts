import fc from 'fast-check';
import type { DayRecords, RawRecord } from '../../../shared/core/collections.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { contentHash } from '../../../shared/core/night/content-hash.ts';
import {
  COUNTED_TYPES,
  DURATIONS,
  InvalidRecord,
  PERIOD_TYPES,
} from '../../../shared/core/night/oura-records.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import { toPresentRules } from '../../../shared/core/night/stored-night.ts';
import {
  DOCUMENT_METRICS,
  type DocumentCollection,
  type Night,
  nightMetricsSchema,
} from '../../../shared/core/sleep-record.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { nap, period, recordsOf } from './records.ts';

const DOCUMENT_COLLECTIONS = Object.keys(DOCUMENT_METRICS) as DocumentCollection[];

const DATE = '2026-03-10';
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const seconds = optional(fc.integer({ min: 0, max: 60_000 }));
const offset = fc.integer({ min: -12, max: 14 }).map((hours) => {
  const sign = hours < 0 ? '-' : '+';
  return `${sign}${String(Math.abs(hours)).padStart(2, '0')}:00`;
});
const instantText = (ms: number, zone: number): string =>
  new Date(ms + zone * 3600_000).toISOString().slice(0, 19) +
  `${zone < 0 ? '-' : '+'}${String(Math.abs(zone)).padStart(2, '0')}:00`;
/** In bed from a time of the day, for up to ten hours, often by the minute so that periods overlap or touch. */
const bedtimes = fc
  .tuple(
    fc.integer({ min: 0, max: 1440 }),
    fc.integer({ min: 0, max: 600 }),
    fc.integer({ min: -12, max: 14 }),
  )
  .map(([start, minutes, zone]) => {
    const ms = Date.parse(`${DATE}T00:00:00Z`) + start * 60_000;
    return {
      bedtime_start: instantText(ms, zone),
      bedtime_end: instantText(ms + minutes * 60_000, zone),
      minutes,
    };
  });
const instant = fc
  .tuple(fc.integer({ min: 0, max: 23 }), offset)
  .map(([hour, zone]) => `${DATE}T${String(hour).padStart(2, '0')}:00:00${zone}`);

const periodOf = fc
  .tuple(
    bedtimes,
    fc.boolean(),
    fc.record(
      {
        id: fc.uuid(),
        day: fc.constant(DATE),
        type: optional(fc.constantFrom(...PERIOD_TYPES)),
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
      { requiredKeys: ['id', 'day'] },
    ),
    fc.integer({ min: 0, max: 100 }),
  )
  .map(([{ minutes, bedtime_start, bedtime_end }, isConsistent, rest, share]): RawRecord => {
    const slept = Math.floor((minutes * 60 * share) / 100);
    // As Oura sends it: asleep and awake are the time between the bedtimes.
    const durations = {
      total_sleep_duration: slept,
      awake_time: minutes * 60 - slept,
      time_in_bed: minutes * 60,
    };
    return {
      ...rest,
      bedtime_start,
      ...(share === 0 ? {} : { bedtime_end: share === 1 ? null : bedtime_end }),
      ...(isConsistent ? durations : {}),
    };
  });
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

const reversed = (day: DayRecords): DayRecords => ({
  sleep: [...day.sleep].reverse(),
  daily_sleep: [...day.daily_sleep].reverse(),
  daily_readiness: [...day.daily_readiness].reverse(),
  daily_spo2: [...day.daily_spo2].reverse(),
});

/** The spans of the counted periods in ms, in order of bedtime. */
const spansOf = (day: DayRecords): { start: number; end: number }[] =>
  sleepDay(DATE, day.sleep).counted.map(({ span }) => span ?? { start: 0, end: 0 });

/** The length of the union of the spans, in seconds. */
const unionOf = (spans: readonly { start: number; end: number }[]): number => {
  let [total, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const { start, end } of spans) {
    total += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return total / 1000;
};

const overlapsOf = (spans: readonly { start: number; end: number }[]): number[] =>
  spans.flatMap((one, index) =>
    spans
      .slice(index + 1)
      .map((other) => (Math.min(one.end, other.end) - Math.max(one.start, other.start)) / 1000),
  );

const isCountable = ({ type }: RawRecord): boolean => COUNTED_TYPES.some((counted) => counted === type);

test('there is a night exactly if a period has a counted type, with every metric and every period of the day', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      expect(night !== null).toBe(day.sleep.some(isCountable));
      if (!night) return;
      expect(nightMetricsSchema.isValidSync(night)).toBe(true);
      expect(METRIC_NAMES.every((name) => night[name] !== undefined)).toBe(true);
      expect(night.periods.map(({ id }) => id).sort()).toEqual(day.sleep.map(({ id }) => id).sort());
    }),
    propertyRuns(),
  );
});

test('no two counted periods overlap by more than a minute, and each other period of a counted type has a remark', () => {
  fc.assert(
    fc.property(records, (day) => {
      const { all, counted, remarks } = sleepDay(DATE, day.sleep);
      expect(overlapsOf(spansOf(day)).filter((seconds) => seconds > 60)).toEqual([]);
      const aside = all.filter((period) => isCountable(period.sent) && !counted.includes(period));
      for (const { id } of aside) {
        expect(remarks).toContainEqual(expect.objectContaining({ kind: 'overlap', period_id: id }));
      }
    }),
    propertyRuns(),
  );
});

test('an uncounted period overlaps a counted one with at least as much sleep', () => {
  fc.assert(
    fc.property(records, (day) => {
      const { all, counted } = sleepDay(DATE, day.sleep);
      for (const period of all) {
        if (!isCountable(period.sent) || counted.includes(period)) continue;
        const longer = counted.filter(
          (other) => (other.total_sleep_duration ?? -1) >= (period.total_sleep_duration ?? -1),
        );
        const overlaps = longer.map(
          ({ span }) =>
            Math.min(span?.end ?? 0, period.span?.end ?? 0) -
            Math.max(span?.start ?? 0, period.span?.start ?? 0),
        );
        expect(Math.max(...overlaps)).toBeGreaterThan(60_000);
      }
    }),
    propertyRuns(),
  );
});

test('asleep and awake never exceed the time in bed, unless a remark says that the numbers of Oura do', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night || night.remarks.some(({ kind }) => kind === 'inconsistent_durations')) return;
      const spans = spansOf(day);
      const touching = overlapsOf(spans).filter((seconds) => seconds > 0).length;
      const slept = (night.total_sleep_duration ?? 0) + (night.awake_duration ?? 0);
      expect(slept).toBeLessThanOrEqual(unionOf(spans) + 60 * touching + 0.001);
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
      const known = sleepDay(DATE, day.sleep).counted.flatMap(
        ({ sent }) => (sent[field] as number | null) ?? [],
      );
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
      const values = sleepDay(DATE, day.sleep).counted.flatMap((each) => each.average_heart_rate ?? []);
      expect(night.heart_rate).toBeGreaterThanOrEqual(Math.min(...values) - 0.001);
      expect(night.heart_rate).toBeLessThanOrEqual(Math.max(...values) + 0.001);
    }),
    propertyRuns(),
  );
});

test('the night begins and ends with a counted period, a long sleep if there is one', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night) return;
      const { counted } = sleepDay(DATE, day.sleep);
      const long = counted.filter(({ type }) => type === 'long_sleep');
      const chosen = long.length > 0 ? long : counted;
      expect(chosen.map((each) => each.bedtime_start)).toContain(night.bedtime_start);
      expect(chosen.map((each) => each.bedtime_end)).toContain(night.bedtime_end);
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

const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    -1,
    0.5,
    1e308,
    Number.POSITIVE_INFINITY,
    '',
    '7',
    '2026-03-10T00:00:00',
    {},
    [],
    true,
  ),
);
const CORE = ['type', 'bedtime_start', 'bedtime_end', ...DURATIONS];

test('junk in any field of the main period costs that value, or fails the date if the field is a core field', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(period({ readiness: null }))), junk, (field, value) => {
      const sleep = [period({ [field]: value })];
      let night: Night | null = null;
      try {
        night = assembleNight(DATE, recordsOf({ sleep }));
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRecord);
        expect((error as InvalidRecord).path).toBe(field);
        expect(CORE).toContain(field);
        return;
      }
      if (field === 'type') return;
      expect(nightMetricsSchema.isValidSync(night)).toBe(true);
      const clean = assembleNight(DATE, recordsOf({ sleep: [period()] }));
      const changed = METRIC_NAMES.filter((name) => night?.[name] !== clean?.[name]);
      // time_in_bed also follows from the bedtimes, and other fields from it.
      if (!CORE.includes(field)) expect(changed.length).toBeLessThanOrEqual(2);
    }),
    propertyRuns(),
  );
});

test('a good night survives any junk next to it: its sleep still counts', () => {
  const around = fc.array(fc.dictionary(fc.constantFrom(...Object.keys(period({ readiness: null }))), junk), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(around, (others) => {
      const good = period({ id: 'zz' });
      const broken = others.map((other) => nap({ ...other, total_sleep_duration: 900 }));
      const night = assembleNight(DATE, recordsOf({ sleep: [good, ...broken] }));
      expect(night?.total_sleep_duration).toBeGreaterThanOrEqual(25_200);
      expect(night).toMatchObject({ bedtime_start: good['bedtime_start'], bedtime_end: good['bedtime_end'] });
    }),
    propertyRuns(),
  );
});

test('junk in a daily document costs only its metrics', () => {
  const document = fc.dictionary(
    fc.constantFrom(
      'id',
      'timestamp',
      'score',
      'contributors',
      'temperature_deviation',
      'breathing_disturbance_index',
    ),
    junk,
  );
  const ofDocuments = Object.values(DOCUMENT_METRICS).flat();
  fc.assert(
    fc.property(
      fc.constantFrom(...DOCUMENT_COLLECTIONS),
      fc.array(document, { maxLength: 3 }),
      (collection, some) => {
        const night = assembleNight(DATE, recordsOf({ sleep: [period()], [collection]: some }));
        expect(nightMetricsSchema.isValidSync(night)).toBe(true);
        const clean = assembleNight(DATE, recordsOf({ sleep: [period()] }));
        const changed = METRIC_NAMES.filter((name) => night?.[name] !== clean?.[name]);
        expect(ofDocuments).toEqual(expect.arrayContaining(changed));
      },
    ),
    propertyRuns(),
  );
});

test('computing a stored night again changes nothing', () => {
  fc.assert(
    fc.property(records, (day) => {
      const night = assembleNight(DATE, day);
      if (!night) return;
      const again = toPresentRules({ ...night, rules_version: 1 });
      expect(again).toEqual({ ...night, rules_version: 1, vanished_since: null });
    }),
    propertyRuns(),
  );
});
