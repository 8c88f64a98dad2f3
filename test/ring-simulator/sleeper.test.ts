import { addDays } from '../../shared/core/day.ts';
import { type AnyRecord, all, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const YEAR = { start_date: '2025-11-20', end_date: '2026-11-25' };
const DRY =
  'day,type,bedtime_start,bedtime_end,time_in_bed,total_sleep_duration,deep_sleep_duration,light_sleep_duration,rem_sleep_duration,awake_time,latency,efficiency,average_heart_rate,lowest_heart_rate,average_hrv,average_breath';

const years = new Map<string, Promise<AnyRecord[]>>();
/** A year of periods without series, fetched once per time zone. */
const year = (timeZone: string): Promise<AnyRecord[]> => {
  const known = years.get(timeZone);
  if (known !== undefined) return known;
  const asked = simulator({ timeZone }).then(async (ring) => {
    return (await all(ring, 'sleep', { ...YEAR, fields: DRY })).records;
  });
  years.set(timeZone, asked);
  return asked;
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const correlation = (left: readonly number[], right: readonly number[]) => {
  const [a, b] = [mean(left), mean(right)];
  const covariance = mean(left.map((value, index) => (value - a) * ((right[index] ?? b) - b)));
  const deviation = (values: readonly number[], centre: number) =>
    Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return covariance / (deviation(left, a) * deviation(right, b));
};
const nightly = (records: AnyRecord[], pick: (record: AnyRecord) => number) => {
  const byDay = new Map<string, number>();
  for (const record of records) if (record.type === 'long_sleep') byDay.set(record.day, pick(record));
  return byDay;
};
const elapsed = ({ bedtime_start, bedtime_end }: AnyRecord) =>
  (Date.parse(bedtime_end) - Date.parse(bedtime_start)) / 1000;

test.each(['America/Los_Angeles', 'Europe/Helsinki', 'Australia/Lord_Howe', 'Pacific/Tongatapu'])(
  'stages add up to sleep, and sleep plus time awake to the time in bed and to the elapsed time, in %s',
  async (timeZone) => {
    const sums = (await year(timeZone)).map((record) => ({
      stages: record.deep_sleep_duration + record.light_sleep_duration + record.rem_sleep_duration,
      inBed: record.total_sleep_duration + record.awake_time,
      elapsed: elapsed(record),
      efficiency: record.efficiency,
    }));
    const expected = (await year(timeZone)).map(({ total_sleep_duration, time_in_bed }) => ({
      stages: total_sleep_duration,
      inBed: time_in_bed,
      elapsed: time_in_bed,
      efficiency: Math.round((100 * total_sleep_duration) / time_in_bed),
    }));
    expect(sums).toEqual(expected);
  },
);

test('latency is part of the time awake', async () => {
  const records = await year('America/Los_Angeles');
  expect(records.filter(({ latency, awake_time }) => latency > awake_time || latency <= 0)).toEqual([]);
});

test.each([
  ['America/Los_Angeles', '2026-03-08', '-08:00', '-07:00'],
  ['America/Los_Angeles', '2026-11-01', '-07:00', '-08:00'],
  ['Europe/Helsinki', '2026-03-29', '+02:00', '+03:00'],
  ['Australia/Lord_Howe', '2026-04-05', '+11:00', '+10:30'],
])('a night with a clock change has two offsets: %s %s', async (timeZone, day, before, after) => {
  const night = (await year(timeZone)).find((record) => record.day === day && record.type === 'long_sleep');
  expect(night?.bedtime_start.slice(19)).toBe(before);
  expect(night?.bedtime_end.slice(19)).toBe(after);
});

test('each type of period occurs, and a late nap ends after 18:00 on the day before', async () => {
  const records = await year('America/Los_Angeles');
  const types = new Set(records.map(({ type }) => type));
  expect([...types].sort()).toEqual(['deleted', 'late_nap', 'long_sleep', 'rest', 'sleep']);
  for (const nap of records.filter(({ type }) => type === 'late_nap')) {
    expect(nap.bedtime_end.slice(0, 10) < nap.day).toBe(true);
    expect(nap.bedtime_end.slice(11, 13) >= '18').toBe(true);
  }
});

test('some nights are split into two long sleeps of more than three hours', async () => {
  const nights = (await year('America/Los_Angeles')).filter(({ type }) => type === 'long_sleep');
  const days = nights.map(({ day }) => day);
  const split = days.filter((day, index) => days.indexOf(day) !== index);
  expect(split.length).toBeGreaterThan(3);
  for (const night of nights) expect(night.time_in_bed).toBeGreaterThan(3 * 3600);
});

test('periods do not overlap', async () => {
  const records = (await year('America/Los_Angeles')).sort(
    (a, b) => Date.parse(a.bedtime_start) - Date.parse(b.bedtime_start),
  );
  for (const [index, record] of records.slice(1).entries())
    expect(Date.parse(record.bedtime_start)).toBeGreaterThan(Date.parse(records[index]?.bedtime_end));
});

test('body measures stay in the range of a healthy adult', async () => {
  const nights = (await year('America/Los_Angeles')).filter(({ type }) => type === 'long_sleep');
  const between = (value: number, low: number, high: number) => value >= low && value <= high;
  for (const night of nights) {
    expect(between(night.average_heart_rate, 40, 85)).toBe(true);
    expect(night.lowest_heart_rate).toBeLessThan(night.average_heart_rate);
    expect(between(night.average_hrv, 10, 140)).toBe(true);
    expect(between(night.average_breath, 10, 21)).toBe(true);
  }
  expect(between(mean(nights.map(({ total_sleep_duration }) => total_sleep_duration / 3600)), 6.2, 8)).toBe(
    true,
  );
  expect(between(mean(nights.map(({ efficiency }) => efficiency)), 84, 94)).toBe(true);
});

test('the sleeper goes to bed later before free days', async () => {
  const bedtimes = nightly(
    await year('America/Los_Angeles'),
    ({ bedtime_start, day }) => Date.parse(`${bedtime_start.slice(0, 19)}Z`) - Date.parse(`${day}T00:00:00Z`),
  );
  const isFree = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  const average = (free: boolean) =>
    mean([...bedtimes].filter(([day]) => isFree(day) === free).map(([, minutes]) => minutes / 60_000));
  expect(average(true) - average(false)).toBeGreaterThan(30);
});

test('a night resembles the next one but not the one a month later', async () => {
  const rates = [...nightly(await year('America/Los_Angeles'), (night) => night.average_heart_rate).values()];
  expect(correlation(rates.slice(0, -1), rates.slice(1))).toBeGreaterThan(0.35);
  expect(Math.abs(correlation(rates.slice(0, -30), rates.slice(30)))).toBeLessThan(0.3);
});

test('the score follows sleep quality', async () => {
  const ring = await simulator();
  const slept = nightly(await year('America/Los_Angeles'), (night) => night.total_sleep_duration);
  const days = (await all(ring, 'daily_sleep', YEAR)).records.filter(({ day }) => slept.has(day));
  const scores = days.map(({ score }) => score);
  expect(
    correlation(
      scores,
      days.map(({ day }) => slept.get(day) ?? 0),
    ),
  ).toBeGreaterThan(0.4);
  expect(Math.min(...scores)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...scores)).toBeLessThanOrEqual(100);
});

test('series cover the time in bed, and phases add up to the durations of the record', async () => {
  const ring = await simulator();
  const { records } = await all(ring, 'sleep', { start_date: '2026-10-01', end_date: '2026-11-25' });
  for (const record of records) {
    const phases: string = record.sleep_phase_30_sec;
    const seconds = (stage: string) => (phases.split(stage).length - 1) * 30;
    expect(phases).toHaveLength(record.time_in_bed / 30);
    expect(record.movement_30_sec).toHaveLength(record.time_in_bed / 30);
    const blocks: string = record.sleep_phase_5_min;
    expect(blocks).toHaveLength(Math.ceil(record.time_in_bed / 300));
    for (const stage of ['1', '2', '3', '4'])
      expect(Math.abs((blocks.split(stage).length - 1) * 300 - seconds(stage))).toBeLessThanOrEqual(450);
    const beats = record.heart_rate.items.filter((beat: number | null) => beat !== null);
    expect(record.lowest_heart_rate).toBeLessThanOrEqual(Math.min(...beats));
    expect(record.heart_rate.items).toHaveLength(Math.ceil(record.time_in_bed / 300));
    expect(['1', '2', '3', '4'].map(seconds)).toEqual([
      record.deep_sleep_duration,
      record.light_sleep_duration,
      record.rem_sleep_duration,
      record.awake_time,
    ]);
  }
});

test('the times of an activity day add up to 24 hours', async () => {
  const ring = await simulator({ scenario: 'forgetful' });
  const query = { start_date: '2026-10-01', end_date: '2026-11-25' };
  for (const day of (await all(ring, 'daily_activity', query)).records) {
    const { resting_time, sedentary_time, low_activity_time, medium_activity_time } = day;
    const moving = low_activity_time + medium_activity_time + day.high_activity_time;
    expect(resting_time + sedentary_time + moving + day.non_wear_time).toBe(86_400);
    expect(day.class_5_min).toHaveLength(288);
    expect(day.met.items).toHaveLength(1440);
    expect(sedentary_time).toBeGreaterThanOrEqual(0);
  }
});

test('the same seed is the same sleeper, another seed is another', async () => {
  const [first, again, other] = await Promise.all(
    [7, 7, 8].map(async (seed) => all(await simulator({ seed }), 'sleep', { ...YEAR, fields: DRY })),
  );
  expect(again).toEqual(first);
  expect(other?.records.map(({ id }) => id)).not.toEqual(first?.records.map(({ id }) => id));
  expect(other?.records.map((r) => r.total_sleep_duration)).not.toEqual(
    first?.records.map((r) => r.total_sleep_duration),
  );
});

test('a nap that has not ended is in no record', async () => {
  const naps = (await year('Europe/Helsinki')).filter(
    ({ day, bedtime_start }) => bedtime_start.slice(0, 10) === day && bedtime_start.slice(11) > '12',
  );
  const { day, bedtime_start } = naps.at(-1) ?? { day: '', bedtime_start: '' };
  const recordsAt = async (instant: number): Promise<AnyRecord[]> => {
    const ring = await simulator({ timeZone: 'Europe/Helsinki', clock: { now: () => instant } });
    const { records } = await all(ring, 'sleep', {
      start_date: addDays(day, -2),
      end_date: addDays(day, 2),
      fields: DRY,
    });
    return records.filter((record) => record.day === day);
  };
  const before = await recordsAt(Date.parse(bedtime_start) + 60_000);
  const after = await recordsAt(Date.parse(bedtime_start) + 3 * 3_600_000);
  expect(before.length).toBeGreaterThan(0);
  expect(after).toHaveLength(before.length + 1);
});
