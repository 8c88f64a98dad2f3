import { type FeatureRow, featureRows } from '../../../services/insights/features/feature-rows.ts';
import type { TrainingDay } from '../../../services/insights/training/training-day.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
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
  expect(rows[3]).toMatchObject({ night_missing: true, night: null });
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
  expect(rowOn(rows, dayAt(5))).toMatchObject({ night_missing: true, night: null });
  expect(rowOn(rows, dayAt(6)).metrics.hrv.lags[0]).toBeNull();
  expect(rowOn(rows, dayAt(7)).metrics.hrv.lags[1]).toBe(40);
});

test('nights are provisional unless they were first fetched after the last re-read', () => {
  const records = [0, 1, 2]
    .map((index) => night(dayAt(index), { late: 40 - index }))
    .concat(nights(45).slice(40));
  const rows = featureRows(records, [], ZONE);
  expect(rowOn(rows, dayAt(1))).toMatchObject({ night_missing: false, night: { provisional: false } });
  expect(rowOn(rows, dayAt(44))).toMatchObject({ night_missing: false, night: { provisional: true } });
});

/** A night with an HRV of 50, and a nap with one of 90 from `hour` o'clock, stored at noon or by a revision that evening. */
const withNap = (date: Day, hour: number, { later = false } = {}): SleepRecord => {
  const clock = (of: number): string => `${String(of).padStart(2, '0')}:00:00-08:00`;
  const main = {
    ...{ id: 'main', type: 'long_sleep', total_sleep_duration: 27_000, average_hrv: 50 },
    ...{ bedtime_start: `${addDays(date, -1)}T${clock(23)}`, bedtime_end: `${date}T${clock(7)}` },
  };
  const nap = {
    ...{ id: 'nap', type: 'sleep', total_sleep_duration: 1800, average_hrv: 90 },
    ...{ bedtime_start: `${date}T${clock(hour)}`, bedtime_end: `${date}T${clock(hour + 1)}` },
  };
  const versionOf = (periods: Record<string, unknown>[]) => ({
    ...periodMetrics(sleepDay(date, periods)),
    periods,
  });
  const record = { ...night(date), ...versionOf([main, nap]) };
  if (!later) return record;
  const [stored_at, replaced_at] = [record.first_synced_at, `${addDays(date, 1)}T03:00:00.000Z`];
  const history = [{ revision: 1, stored_at, replaced_at, changed: versionOf([main]) }];
  return { ...record, revision: 2, updated_at: replaced_at, history };
};
/** Trained at this hour in Los Angeles in winter. */
const trainedAt = (date: Day, hour: number, minutes = 0): TrainingDay => ({
  ...trained(date, 5000),
  first_set_at: Date.parse(`${date}T08:00:00Z`) + (hour * 60 + minutes) * 60_000,
});

describe('naps', () => {
  const row = (record: SleepRecord, training: readonly TrainingDay[] = []) =>
    rowOn(featureRows([...nights(5), record], training, ZONE, { to: dayAt(8) }), dayAt(5));

  test('have columns of their own and no part in the metrics of the night', () => {
    const { nap_duration, metrics } = row(withNap(dayAt(5), 9), [trainedAt(dayAt(5), 18)]);
    expect(nap_duration).toBe(1800);
    expect([metrics.hrv.level, metrics.total_sleep_duration.level]).toEqual([50, 27_000]);
  });

  test('count only if they ended before the first set', () => {
    expect(row(withNap(dayAt(5), 9), [trainedAt(dayAt(5), 10)]).nap_duration).toBe(1800);
    expect(row(withNap(dayAt(5), 9), [trainedAt(dayAt(5), 9, 59)]).nap_duration).toBe(0);
    expect(row(withNap(dayAt(5), 9)).nap_duration).toBeNull();
  });

  test('that Oura confirmed later are known from the next day on', () => {
    const rows = featureRows(
      [...nights(5), withNap(dayAt(5), 14, { later: true }), ...nights(8).slice(6)],
      [trainedAt(dayAt(5), 18)],
      ZONE,
    );
    expect(rowOn(rows, dayAt(5)).nap_duration).toBe(0);
    expect(rowOn(rows, dayAt(6)).nap_duration_lags).toEqual([1800, 0, 0]);
    expect(rowOn(rows, dayAt(7)).nap_duration_lags).toEqual([0, 1800, 0]);
  });
});

describe('the night of a row with a workout', () => {
  const rows = (training: readonly TrainingDay[]) => featureRows(nights(30), training, ZONE);
  const plain = rows([]);

  test('is that of the day if it ended before the first set', () => {
    const { night: of, metrics } = rowOn(rows([trainedAt(dayAt(20), 7)]), dayAt(20));
    expect(of?.date).toBe(dayAt(20));
    expect(metrics).toEqual(rowOn(plain, dayAt(20)).metrics);
  });

  test('is the one before it if the first set came soon after midnight: nothing in the row ended later', () => {
    const [late, after] = [19, 20].map((index) => rowOn(rows([trainedAt(dayAt(20), 0, 30)]), dayAt(index)));
    expect(after?.night?.date).toBe(dayAt(19));
    const { metrics, sleep_debt_7d, bedtime_start_sd_14 } = rowOn(plain, dayAt(19));
    expect(after).toMatchObject({ metrics, sleep_debt_7d, bedtime_start_sd_14, night_missing: false });
    expect(late?.night?.date).toBe(dayAt(19));
    expect(rowOn(rows([trainedAt(dayAt(20), 0, 30)]), dayAt(21))).toMatchObject({
      metrics: rowOn(plain, dayAt(21)).metrics,
    });
  });

  test('is missing if no night ended in the 24 h before the first set', () => {
    const records = nights(30).filter(({ date }) => date !== dayAt(20));
    const row = rowOn(featureRows(records, [trainedAt(dayAt(20), 18)], ZONE), dayAt(20));
    expect(row).toMatchObject({ night: null, night_missing: true, nap_duration: null });
    expect(row.metrics.hrv).toMatchObject({ level: null, lags: [54, 53, 52] });
  });
});

describe('when the night of a row became known', () => {
  const rowOf = (record: SleepRecord) => rowOn(featureRows([...nights(20), record], [], ZONE), record.date);

  test('is the time from its end until it was stored', () => {
    // From 07:00 to noon.
    expect(rowOf(night(dayAt(20))).night).toMatchObject({ age_when_known: 5 * 3600, late: false });
  });

  test('is late for a night from before the first sync, which is in its row', () => {
    const before = addDays(START, -10);
    expect(rowOf(night(before, { hrv: 44, late: 15 }))).toMatchObject({
      night: { date: before, age_when_known: 15 * 86_400 + 5 * 3600, late: true },
      metrics: { hrv: { level: 44 } },
    });
  });
});

test('the targets of a row are the training of its day', () => {
  const rows = featureRows(nights(10), [trained(dayAt(5), 700), { ...trained(dayAt(7), 0), sets: 0 }], ZONE);
  expect(rowOn(rows, dayAt(5)).targets).toMatchObject({
    volume_load: 700,
    sets: 10,
    estimated_1rm_change: 0.01,
  });
  const nothing = { volume_load: null, sets: null, estimated_1rm_change: null };
  expect(rowOn(rows, dayAt(6)).targets).toEqual(nothing);
  // A run is no set.
  expect(rowOn(rows, dayAt(7)).targets).toEqual(nothing);
});
