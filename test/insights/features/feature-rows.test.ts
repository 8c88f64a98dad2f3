import fc from 'fast-check';
import { FEATURE_COLUMNS } from '../../../services/insights/export/features.ts';
import { tableOf } from '../../../services/insights/export/table.ts';
import { type FeatureRow, featureRows } from '../../../services/insights/features/feature-rows.ts';
import type { TrainingDay } from '../../../services/insights/training/training-day.ts';
import { addDays, type Day, daysBetween } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { trainedOn } from '../histories.ts';

const ZONE = 'America/Los_Angeles';
const START = '2026-01-01';
const dayAt = (index: number): Day => addDays(START, index);
/** Noon in Los Angeles, to within an hour all year. */
const noon = (day: Day): string => `${day}T20:00:00.000Z`;

interface Change {
  readonly after: number;
  readonly hrv: number;
}

/** A night of `hrv` and `hours`, synced `late` days after it, then revised. */
const night = (
  date: Day,
  { hrv = 50, hours = 7.5, late = 0, changes = [] as readonly Change[] } = {},
): SleepRecord => {
  const synced = addDays(date, late);
  const versions = [
    { at: noon(synced), hrv },
    ...changes.map((one) => ({ at: noon(addDays(synced, one.after)), hrv: one.hrv })),
  ];
  return {
    ...nightOf(date, {
      hrv: versions.at(-1)?.hrv ?? hrv,
      total_sleep_duration: hours * 3600,
      bedtime_start: `${addDays(date, -1)}T23:00:00-08:00`,
      bedtime_end: `${date}T07:00:00-08:00`,
    }),
    periods: [{ type: 'long_sleep' }],
    ...STORED,
    settled: false,
    revision: versions.length,
    content_hash: '0'.repeat(64),
    first_synced_at: noon(synced),
    updated_at: versions.at(-1)?.at ?? '',
    history: versions.slice(0, -1).map((version, index) => ({
      revision: index + 1,
      stored_at: version.at,
      replaced_at: versions[index + 1]?.at ?? '',
      changed: { hrv: version.hrv },
    })),
  };
};

const nights = (count: number) =>
  Array.from({ length: count }, (_, index) => night(dayAt(index), { hrv: 50 + (index % 5) }));
const trained = (date: Day, volume_load: number): TrainingDay => ({
  ...trainedOn(date, volume_load),
  sets: 10,
  estimated_1rm_change: 0.01,
});
const rowOn = (rows: readonly FeatureRow[], day: Day): FeatureRow => {
  const row = rows.find(({ date }) => date === day);
  if (!row) throw new Error(`no row of ${day}`);
  return row;
};

test('has a row for each day from the first night or workout to the last night', () => {
  const rows = featureRows([night('2026-01-03'), night('2026-01-06')], [trained('2026-01-01', 100)], ZONE);
  expect(rows.map(({ date, night_missing }) => [date.slice(8), night_missing])).toEqual([
    ['01', true],
    ['02', true],
    ['03', false],
    ['04', true],
    ['05', true],
    ['06', false],
  ]);
});

test('has the requested rows, also after the last night, with earlier days as input', () => {
  const rows = featureRows(nights(30), [], ZONE, { from: dayAt(28), to: dayAt(31) });
  expect(rows.map(({ date }) => date)).toEqual([28, 29, 30, 31].map(dayAt));
  expect(rows[0]?.metrics.hrv.mean_28).toBe(52);
  expect(rows[3]).toMatchObject({ night_missing: true, provisional: null, nap: null });
  expect(rows[3]?.metrics.hrv).toMatchObject({ level: null, lags: [null, 54, 53] });
});

test('computes level, means, lags and deviation of a metric', () => {
  const values = [52, 48, 50, 50, 51, 49, 50];
  const records = Array.from({ length: 21 }, (_, index) =>
    night(dayAt(index), { hrv: values[index % 7] ?? 50 }),
  );
  const { hrv } = rowOn(
    featureRows([...records, night(dayAt(21), { hrv: 56 })], [], ZONE),
    dayAt(21),
  ).metrics;
  expect(hrv).toMatchObject({ level: 56, lags: [50, 49, 51] });
  expect(hrv.mean_7).toBeCloseTo((48 + 50 + 50 + 51 + 49 + 50 + 56) / 7, 10);
  expect(hrv.mean_28).toBeCloseTo((3 * 350 + 56) / 22, 10);
  // Median 50, median absolute deviation 1.
  expect(hrv.deviation).toBeCloseTo(6 / 1.4826, 4);
});

test('features are null with too few nights', () => {
  const row = rowOn(featureRows(nights(3), [], ZONE), dayAt(2));
  expect(row.metrics.hrv).toMatchObject({ level: 52, mean_7: null, mean_28: null, deviation: null });
  expect(row).toMatchObject({ sleep_debt_7d: null, bedtime_start_sd_14: null });
});

test('bedtimes are wall-clock minutes from midnight, and their spread is the regularity', () => {
  const row = rowOn(featureRows(nights(14), [], ZONE), dayAt(13));
  expect(row.metrics.bedtime_start.level).toBe(-60);
  expect(row.metrics.bedtime_end.level).toBe(420);
  expect(row).toMatchObject({ bedtime_start_sd_14: 0, bedtime_end_sd_14: 0 });
});

test('a week of an hour less than usual is a debt of seven hours', () => {
  const records = Array.from({ length: 40 }, (_, index) =>
    night(dayAt(index), { hours: index >= 33 ? 6.5 : 7.5 }),
  );
  expect(rowOn(featureRows(records, [], ZONE), dayAt(39)).sleep_debt_7d).toBe(7 * 3600);
});

test('a row excludes the training of its day and counts rest days as 0', () => {
  const rows = featureRows(
    nights(40),
    [trained(dayAt(5), 700), trained(dayAt(7), 1400), trained(dayAt(39), 9999)],
    ZONE,
  );
  expect(rowOn(rows, dayAt(5)).training).toMatchObject({
    volume_load: [null, null, null],
    days_since: null,
    acute: null,
  });
  expect(rowOn(rows, dayAt(8)).training).toMatchObject({
    volume_load: [1400, 0, 700],
    sets: [10, 0, 10],
    estimated_1rm_change: [0.01, null, 0.01],
    days_since: 1,
    acute: null,
  });
  expect(rowOn(rows, dayAt(12)).training).toMatchObject({ acute: 300, chronic: null, ratio: null });
  expect(rowOn(rows, dayAt(33)).training).toMatchObject({ acute: 0, chronic: 75, ratio: 0 });
  expect(rowOn(rows, dayAt(39)).training).toMatchObject({ chronic: 0, ratio: null, days_since: 32 });
});

test('a row has the first version of its night, later rows have the revision', () => {
  const records = nights(10).with(5, night(dayAt(5), { hrv: 40, changes: [{ after: 2, hrv: 60 }] }));
  const rows = featureRows(records, [], ZONE);
  expect(rowOn(rows, dayAt(5)).metrics.hrv.level).toBe(40);
  // Stored at noon of day 7, so it was unknown on that morning.
  expect(rowOn(rows, dayAt(7)).metrics.hrv.lags[1]).toBe(40);
  expect(rowOn(rows, dayAt(8)).metrics.hrv.lags[2]).toBe(60);
});

test('a night that arrives late is unknown before it arrives', () => {
  const rows = featureRows(nights(10).with(5, night(dayAt(5), { hrv: 40, late: 2 })), [], ZONE);
  expect(rowOn(rows, dayAt(5))).toMatchObject({ night_missing: true, provisional: null });
  expect(rowOn(rows, dayAt(6)).metrics.hrv.lags[0]).toBeNull();
  expect(rowOn(rows, dayAt(7)).metrics.hrv.lags[1]).toBe(40);
});

test('nights are provisional unless they were first fetched after the last re-read', () => {
  const records = [0, 1, 2]
    .map((index) => night(dayAt(index), { late: 40 - index }))
    .concat(nights(45).slice(40));
  const rows = featureRows(records, [], ZONE);
  expect(rowOn(rows, dayAt(1))).toMatchObject({ night_missing: false, provisional: false });
  expect(rowOn(rows, dayAt(44))).toMatchObject({ night_missing: false, provisional: true });
});

test('a nap counts only if the first version of the night has it', () => {
  const between = (type: string, start: string, end: string) => ({
    ...{ id: type, type, bedtime_start: `2026-01-05T${start}Z`, bedtime_end: `2026-01-05T${end}Z` },
    total_sleep_duration: 60,
  });
  const nap = between('late_nap', '18:00:00', '18:30:00');
  const long = between('long_sleep', '23:00:00', '23:30:00');
  const plain = night(dayAt(0), { changes: [{ after: 1, hrv: 60 }] });
  const changed = (periods: unknown[]) =>
    plain.history.map((one) => ({ ...one, changed: { ...one.changed, periods } }));
  const napOf = (record: SleepRecord) => featureRows([record], [], ZONE)[0]?.nap;
  expect(napOf({ ...plain, periods: [nap, long] })).toBe(true);
  expect(napOf({ ...plain, periods: [nap, long], history: changed([long]) })).toBe(false);
  expect(napOf({ ...plain, periods: [long], history: changed([nap, long]) })).toBe(true);
});

describe('no leakage', () => {
  const change = fc.record({ after: fc.integer({ min: 1, max: 40 }), hrv: fc.integer({ min: 20, max: 90 }) });
  const some = fc.record({
    hrv: fc.integer({ min: 20, max: 90 }),
    hours: fc.integer({ min: 3, max: 10 }),
    late: fc.constantFrom(0, 0, 0, 1, 4),
    changes: fc
      .array(change, { maxLength: 2 })
      .map((all) => all.sort((one, other) => one.after - other.after)),
    missing: fc.constantFrom(false, false, false, true),
    volume: fc.integer({ min: 0, max: 9000 }),
  });
  const history = fc.array(some, { minLength: 20, maxLength: 60 });

  /** The stored nights and training of these days. The first sync is on the first day. */
  const stored = (days: readonly (typeof some extends fc.Arbitrary<infer Value> ? Value : never)[]) => ({
    records: days.flatMap((day, index) =>
      index === 0 ? [night(dayAt(0))] : day.missing ? [] : [night(dayAt(index), day)],
    ),
    training: days.flatMap(({ volume }, index) => (volume > 4000 ? [trained(dayAt(index), volume)] : [])),
  });

  /** Replaces everything after the morning of `last`. */
  const otherFuture = (
    { records, training }: ReturnType<typeof stored>,
    other: ReturnType<typeof stored>,
    last: Day,
  ) => {
    const until = (record: SleepRecord): SleepRecord[] => {
      if (record.date > last || record.first_synced_at.slice(0, 10) > last) return [];
      // Undoes revisions on `last` or later.
      const kept = record.history.filter(({ replaced_at }) => replaced_at.slice(0, 10) < last);
      const next = record.history[kept.length];
      if (next === undefined) return [record];
      return [
        { ...record, ...next.changed, updated_at: next.stored_at, revision: kept.length + 1, history: kept },
      ];
    };
    const revisedLater = (record: SleepRecord): SleepRecord => ({
      ...record,
      hrv: 99,
      revision: record.revision + 1,
      updated_at: noon(addDays(last, 1)),
      history: [
        ...record.history,
        {
          revision: record.revision,
          stored_at: record.updated_at,
          replaced_at: noon(addDays(last, 1)),
          changed: { hrv: record.hrv },
        },
      ],
    });
    const past = records.flatMap(until);
    return {
      records: [
        ...past.map((record, index) => (index % 3 === 0 ? revisedLater(record) : record)),
        ...other.records.filter(({ date }) => date > last),
      ],
      training: [
        ...training.filter(({ date }) => date < last),
        ...other.training.filter(({ date }) => date >= last),
      ],
    };
  };

  test('later nights, revisions and workouts do not change earlier rows', () => {
    fc.assert(
      fc.property(history, history, fc.integer({ min: 1, max: 59 }), (days, others, cut) => {
        const last = dayAt(Math.min(cut, days.length - 1));
        const one = stored(days);
        const other = otherFuture(one, stored(others), last);
        const rows = (from: typeof one) =>
          tableOf(FEATURE_COLUMNS, featureRows(from.records, from.training, ZONE, { from: START, to: last }))
            .rows;
        expect(rows(other)).toEqual(rows(one));
      }),
      propertyRuns(40),
    );
  });

  test('the same change in the past does change rows, so the test above would detect a leak', () => {
    const one = stored(
      Array.from({ length: 30 }, () => ({
        hrv: 50,
        hours: 7,
        late: 0,
        changes: [],
        missing: false,
        volume: 0,
      })),
    );
    const changed = one.records.map((record) =>
      daysBetween(START, record.date) === 10 ? { ...record, hrv: 99 } : record,
    );
    expect(featureRows(changed, [], ZONE)).not.toEqual(featureRows(one.records, [], ZONE));
  });
});
