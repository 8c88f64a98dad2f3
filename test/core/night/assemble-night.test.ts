import type { DayRecords, RawRecord } from '../../../shared/core/collections.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { assembleNight, withdrawnNight } from '../../../shared/core/night/assemble-night.ts';
import type { Night } from '../../../shared/core/sleep-record.ts';
import { nap, period, recordsOf, sample } from './records.ts';

const DATE = '2026-03-10';
const parts = {
  sleep: sample('synthetic_sleep_edge_cases'),
  daily_sleep: sample('synthetic_daily_sleep_edge_cases'),
  daily_spo2: sample('synthetic_daily_spo2_edge_cases'),
};

const assembled = (date: string, records: DayRecords): Night => {
  const night = assembleNight(date, records);
  if (!night) throw new Error('no night');
  return night;
};
const fromSleep = (...sleep: RawRecord[]): Night => assembled(DATE, recordsOf({ sleep }));
const onDay = (day: string): Night => assembled(day, recordsOf(parts, day));

test('computes every metric of a plain night from the four collections', () => {
  const daily_readiness = [
    { id: 'r', day: DATE, score: 81, temperature_deviation: 0.31, timestamp: `${DATE}T00:00:00+00:00` },
  ];
  const { periods, series, ...night } = assembled(DATE, recordsOf({ ...parts, daily_readiness }, DATE));
  expect(night).toEqual({
    date: DATE,
    lowest_heart_rate: 49,
    breathing_rate: 14.25,
    readiness_score: 81,
    time_in_bed: 27_000,
    remarks: [],
    incomplete: [],
    vanished_since: null,
    document_ids: {
      daily_sleep: '00000000-0000-4000-8000-000000000101',
      daily_readiness: 'r',
      daily_spo2: '00000000-0000-4000-8000-000000000201',
    },
    total_sleep_duration: 24_600,
    light_sleep_duration: 14_400,
    deep_sleep_duration: 4_800,
    rem_sleep_duration: 5_400,
    awake_duration: 2_400,
    sleep_score: 85,
    sleep_efficiency: 91,
    sleep_latency: 420,
    sleep_restlessness: 80,
    restless_periods: 180,
    heart_rate: 54.5,
    hrv: 48,
    temperature_delta: 0.31,
    breathing_disturbances: 4,
    bedtime_start: '2026-03-09T23:10:00+02:00',
    bedtime_end: '2026-03-10T06:40:00+02:00',
    sleep_timing: 94,
  });
  expect(periods).toHaveLength(1);
  expect(series).toEqual([
    {
      period_id: '00000000-0000-4000-8000-000000000001',
      sleep_phase_5_min: '444423323441114',
      heart_rate: { timestamp: '2026-03-09T23:10:00.000+02:00', interval: 300, items: ',58,56,55,' },
      hrv: { timestamp: '2026-03-09T23:10:00.000+02:00', interval: 300, items: ',41,47,52,' },
    },
  ]);
});

test('uses the temperature of the main period if daily_readiness has none', () => {
  expect(onDay(DATE).temperature_delta).toBe(-0.12);
  const daily_readiness = [{ id: 'r', day: DATE, temperature_deviation: null }];
  expect(assembled(DATE, recordsOf({ ...parts, daily_readiness }, DATE)).temperature_delta).toBe(-0.12);
});

test('sums a day of two long sleeps and a nap, and takes bedtimes, latency and efficiency from the parts of the night', () => {
  expect(onDay('2026-03-11')).toMatchObject({
    total_sleep_duration: 11_400 + 13_200 + 1_500,
    awake_duration: 1_200 + 1_200 + 600,
    deep_sleep_duration: 3_000 + 1_800,
    restless_periods: 540,
    sleep_efficiency: 91,
    bedtime_start: '2026-03-10T22:30:00+02:00',
    bedtime_end: '2026-03-11T07:20:00+02:00',
  });
});

test('keeps rejected and deleted periods without counting them', () => {
  const night = onDay('2026-03-12');
  expect(night).toMatchObject({ total_sleep_duration: 1_800, bedtime_start: '2026-03-11T18:40:00+02:00' });
  expect(night.periods.map(({ type }) => type)).toEqual(['late_nap', 'deleted', 'rest']);
});

test('does not count an unclassified period', () => {
  expect(fromSleep(period(), nap({ type: null })).total_sleep_duration).toBe(25_200);
  expect(assembleNight(DATE, recordsOf({ sleep: [period({ type: null })] }))).toBeNull();
});

test('never takes the bedtimes from a nap, even one that is listed first and lasts longer', () => {
  const long = period({ total_sleep_duration: 11_000 });
  const night = fromSleep(nap({ total_sleep_duration: 12_000 }), long);
  expect(night).toMatchObject({ bedtime_end: long['bedtime_end'], sleep_latency: 600, sleep_efficiency: 88 });
});

test('takes bedtimes from the longest nap if there is no long sleep', () => {
  const longer = nap({
    id: 'longer',
    total_sleep_duration: 3_000,
    bedtime_start: '2026-03-10T16:00:00+02:00',
    bedtime_end: '2026-03-10T17:00:00+02:00',
  });
  expect(fromSleep(nap(), longer).bedtime_start).toBe('2026-03-10T16:00:00+02:00');
});

test('stores an unfinished night without its end', () => {
  const { bedtime_end: _, ...unfinished } = period({ total_sleep_duration: null });
  expect(fromSleep(unfinished)).toMatchObject({ bedtime_end: null, total_sleep_duration: null });
});

test('distinguishes null from zero', () => {
  const night = onDay('2026-03-30');
  for (const name of METRIC_NAMES) {
    // Bedtimes are known, and so is the time between them.
    if (!name.startsWith('bedtime') && name !== 'time_in_bed')
      expect([name, night[name]]).toEqual([name, null]);
  }
  expect(
    fromSleep(period({ deep_sleep_duration: null }), nap({ deep_sleep_duration: 0 })).deep_sleep_duration,
  ).toBe(0);
  expect(
    fromSleep(period({ deep_sleep_duration: null }), nap({ deep_sleep_duration: 5 })).deep_sleep_duration,
  ).toBe(5);
  expect(fromSleep(period({ latency: 0, efficiency: 0 }))).toMatchObject({
    sleep_latency: 0,
    sleep_efficiency: 0,
  });
});

test('does not treat an spo2 average of 0 as a measurement', () => {
  const daily_spo2 = [
    { id: 's', day: DATE, breathing_disturbance_index: null, spo2_percentage: { average: 0 } },
  ];
  expect(assembled(DATE, recordsOf({ sleep: [period()], daily_spo2 })).breathing_disturbances).toBeNull();
  const measured = [{ id: 's', day: DATE, breathing_disturbance_index: 0 }];
  expect(assembled(DATE, recordsOf({ sleep: [period()], daily_spo2: measured })).breathing_disturbances).toBe(
    0,
  );
});

test('keeps the bedtimes of a night across a change of the clocks unchanged', () => {
  expect(onDay('2026-03-29')).toMatchObject({
    bedtime_start: '2026-03-28T23:30:00+02:00',
    bedtime_end: '2026-03-29T08:00:00+03:00',
  });
});

test.each<[string, RawRecord, RawRecord, number | null]>([
  [
    'weights by sleep',
    { average_heart_rate: 50, total_sleep_duration: 3_000 },
    { average_heart_rate: 60, total_sleep_duration: 1_000 },
    52.5,
  ],
  ['leaves out a period without a value', { average_heart_rate: 50 }, { average_heart_rate: null }, 50],
  [
    'leaves out a period without a duration',
    { average_heart_rate: 50 },
    { average_heart_rate: 60, total_sleep_duration: null },
    50,
  ],
  [
    'is plain where no duration is known',
    { average_heart_rate: 50, total_sleep_duration: 0 },
    { average_heart_rate: 61, total_sleep_duration: null },
    55.5,
  ],
  ['is null where no value is known', { average_heart_rate: null }, { average_heart_rate: null }, null],
  [
    'has three decimals',
    { average_heart_rate: 50, total_sleep_duration: 2_000 },
    { average_heart_rate: 51, total_sleep_duration: 1_000 },
    50.333,
  ],
])('the mean heart rate %s', (_, long, short, expected) => {
  expect(fromSleep(period(long), nap(short)).heart_rate).toBe(expected);
});

test('leaves the mean of a single period unchanged', () => {
  expect(fromSleep(period({ average_heart_rate: 12.625 })).heart_rate).toBe(12.625);
});

test('uses the last of several documents of a day by timestamp, then by id', () => {
  const document = (id: string, hour: string, score: number) => ({
    id,
    day: DATE,
    score,
    timestamp: `${DATE}T${hour}:00:00+00:00`,
  });
  const scoreOf = (...daily_sleep: RawRecord[]) =>
    assembled(DATE, recordsOf({ sleep: [period()], daily_sleep })).sleep_score;
  expect(scoreOf(document('b', '05', 70), document('a', '06', 80))).toBe(80);
  expect(scoreOf(document('b', '06', 70), document('a', '06', 80))).toBe(70);
});

test('keeps every field of a period except its series', () => {
  const sent = period({
    ring_id: 'ring',
    new_field: { any: ['thing'] },
    heart_rate: { items: [58] },
    sleep_phase_30_sec: '4',
  });
  expect(fromSleep(sent).periods).toEqual([period({ ring_id: 'ring', new_field: { any: ['thing'] } })]);
});

test('sorts the periods by the instant of going to bed, then by id', () => {
  const night = fromSleep(
    nap({ id: 'c' }),
    nap({ id: 'b' }),
    period({ id: 'a', bedtime_start: '2026-03-10T00:30:00+03:00' }),
    period({ id: 'd', bedtime_start: '2026-03-09T23:00:00+02:00' }),
  );
  expect(night.periods.map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c']);
});

test('makes no night of a day without periods, even with a score', () => {
  const daily_sleep = [{ id: 'd', day: DATE, score: 80 }];
  expect(assembleNight(DATE, recordsOf({ daily_sleep }))).toBeNull();
});

test('replaces only a night whose periods were all withdrawn by one without measurements', () => {
  const withdrawn = withdrawnNight(DATE, recordsOf({ sleep: [period({ type: 'deleted' })] }));
  expect(withdrawn).toMatchObject({ total_sleep_duration: null, heart_rate: null, bedtime_start: null });
  expect(withdrawn?.periods).toHaveLength(1);
  expect(withdrawnNight(DATE, recordsOf({ sleep: [period()] }))).toBeNull();
  expect(withdrawnNight(DATE, recordsOf({}))).toBeNull();
});

test('the order of two periods with one id and bedtime depends on their content alone', () => {
  const [one, other] = [period({ latency: 60 }), period({ latency: 120 })];
  const night = assembleNight(DATE, recordsOf({ sleep: [one, other] }));
  expect(night?.periods.map(({ latency }) => latency).sort()).toEqual([120, 60]);
  expect(assembleNight(DATE, recordsOf({ sleep: [other, one] }))).toEqual(night);
});
