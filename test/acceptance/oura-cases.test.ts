import type { Day } from '../../shared/core/day.ts';
import type { FixtureRecord } from '../helpers/fixture-oura.ts';
import { type CasePlayed, caseRuns, type OuraCase, playCase, statedBy } from '../helpers/oura-case.ts';

/** The night of `date` that Oura's records state themselves: the metrics of one period and of the documents. */
const nightInRecords = (name: OuraCase, date: Day, periodId: string) => {
  const records = caseRuns(name).at(-1)?.records;
  const find = (collection: string, isIt: (record: FixtureRecord) => boolean): FixtureRecord =>
    records?.[collection]?.find(isIt) ?? {};
  const ofDay = (collection: string) => find(collection, ({ day }) => day === date);
  const period = find('sleep', ({ id }) => id === periodId);
  const contributors = ofDay('daily_sleep')['contributors'] as Record<string, number>;
  return {
    total_sleep_duration: period['total_sleep_duration'],
    light_sleep_duration: period['light_sleep_duration'],
    deep_sleep_duration: period['deep_sleep_duration'],
    rem_sleep_duration: period['rem_sleep_duration'],
    awake_duration: period['awake_time'],
    sleep_score: ofDay('daily_sleep')['score'],
    sleep_efficiency: period['efficiency'],
    sleep_latency: period['latency'],
    sleep_restlessness: contributors['restfulness'],
    restless_periods: period['restless_periods'],
    heart_rate: period['average_heart_rate'],
    hrv: period['average_hrv'],
    temperature_delta: ofDay('daily_readiness')['temperature_deviation'],
    breathing_disturbances: ofDay('daily_spo2')['breathing_disturbance_index'],
    bedtime_start: period['bedtime_start'],
    bedtime_end: period['bedtime_end'],
    sleep_timing: contributors['timing'],
    lowest_heart_rate: period['lowest_heart_rate'],
    breathing_rate: period['average_breath'],
    readiness_score: ofDay('daily_readiness')['score'],
    time_in_bed: period['time_in_bed'],
  };
};

const nightOf = ({ nights }: CasePlayed, date: Day) => nights.find((night) => night.date === date);
/** The exit code of `npm start -- --once` and `npm run backfill`. */
const exitCodeOf = ({ statuses }: CasePlayed) => (statuses.every((status) => status === 'complete') ? 0 : 1);
const datesOf = ({ nights }: CasePlayed) => nights.map(({ date }) => date);

describe('a good period beside another record', () => {
  const DATE = '2026-05-02';
  test.each([
    ['overlap-contained', 'p1', 'p2', 'overlap'],
    ['unknown-type-beside-night', 'p7', 'p8', 'unknown_type'],
    ['bad-nap-beside-night', 'p9', 'p10', 'unusable_period'],
  ] as const)(
    '%s: the night is the good period, and a remark names the other',
    async (name, good, other, kind) => {
      const played = await playCase(name);
      expect(exitCodeOf(played)).toBe(statedBy(name).exit);
      const night = nightOf(played, DATE);
      expect(night).toMatchObject(nightInRecords(name, DATE, good));
      expect(night).toMatchObject(statedBy(name).nights?.[DATE] ?? {});
      expect(night?.periods.map(({ id }) => id).sort()).toEqual([good, other].sort());
      expect(night?.remarks).toContainEqual(expect.objectContaining({ kind, period_id: other }));
    },
  );
});

test('odd-breathing-index: a bad value costs only itself, and a number as text is a number', async () => {
  const name = 'odd-breathing-index';
  const played = await playCase(name);
  expect(exitCodeOf(played)).toBe(statedBy(name).exit);
  const nights = Object.entries(statedBy(name).nights ?? {});
  expect(nights).toHaveLength(4);
  for (const [index, [date, stated]] of nights.entries())
    expect(nightOf(played, date)).toMatchObject({
      ...nightInRecords(name, date, `p${3 + index}`),
      ...stated,
    });
  const remarks = played.nights.map((night) => night.remarks.map(({ kind, field }) => [kind, field]));
  const field = 'daily_spo2.breathing_disturbance_index';
  expect(remarks).toEqual([
    [['converted_value', field]],
    [['unusable_value', field]],
    [['unusable_value', field]],
    [],
  ]);
});

test('optional-collection-gone: the nights are stored and marked', async () => {
  const name = 'optional-collection-gone';
  const played = await playCase(name);
  const { nights_stored, incomplete } = statedBy(name);
  expect(played.nights).toHaveLength(nights_stored ?? Number.NaN);
  for (const [index, night] of played.nights.entries()) {
    const right = nightInRecords(name, night.date, `p${16 + index}`);
    expect(night).toMatchObject({ ...right, breathing_disturbances: null, incomplete });
  }
  expect(played.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
});

test('record-without-day: at most two dates are parked, and the other gaps have their reason', async () => {
  const name = 'record-without-day';
  const played = await playCase(name);
  const { stored, parked_at_most, others } = statedBy(name);
  expect(played.nights).toHaveLength(stored as number);
  const gaps = played.days.filter(({ state }) => state !== 'stored');
  const parked = gaps.filter(({ state }) => state === 'parked');
  expect(gaps).toHaveLength(10);
  expect(parked.length).toBeLessThanOrEqual(parked_at_most ?? 0);
  for (const gap of gaps)
    if (!parked.includes(gap)) expect(gap).toMatchObject({ state: 'no_data', reason: others });
});

test('scope-granted-later: naming the dates again completes their settled nights', async () => {
  const name = 'scope-granted-later';
  const played = await playCase(name);
  expect(played.statuses).toEqual(['complete', 'complete']);
  const withIndex = played.nights.filter(({ breathing_disturbances }) => breathing_disturbances !== null);
  expect(withIndex).toHaveLength(
    statedBy(name).nights_with_breathing_disturbances_after_second_run ?? Number.NaN,
  );
  for (const [index, night] of played.nights.entries())
    expect(night).toMatchObject({ ...nightInRecords(name, night.date, `p${11 + index}`), incomplete: [] });
});

test('score-comes-later: the second run of the day completes the night', async () => {
  const name = 'score-comes-later';
  const played = await playCase(name);
  const [[date, stated]] = Object.entries(statedBy(name).nights_after_second_run ?? {}) as [
    [Day, Record<string, number>],
  ];
  expect(nightOf(played, date)).toMatchObject({
    ...nightInRecords(name, date, 'p73'),
    ...stated,
    incomplete: [],
  });
});

test('sleeper-ahead-of-the-zone: the night that is tomorrow in the configured zone is stored', async () => {
  const name = 'sleeper-ahead-of-the-zone';
  const played = await playCase(name);
  expect(exitCodeOf(played)).toBe(statedBy(name).exit);
  expect(datesOf(played)).toEqual(statedBy(name).stored);
  for (const [index, night] of played.nights.entries())
    expect(night).toMatchObject(nightInRecords(name, night.date, `p${18 + index}`));
});

test('split-night: the night spans both parts, and the nap only adds its sleep', async () => {
  const name = 'split-night';
  const night = nightOf(await playCase(name), '2026-05-02');
  expect(night).toMatchObject(statedBy(name).nights?.['2026-05-02'] ?? {});
  expect(night?.remarks).toEqual([]);
  expect(night?.periods).toHaveLength(3);
});

test('before-the-first-record: earlier dates settle with this reason, and are not requested again', async () => {
  const name = 'before-the-first-record';
  const played = await playCase(name);
  expect(datesOf(played)).toEqual(statedBy(name).stored);
  const earlier = played.days.filter(({ date }) => date < (datesOf(played)[0] ?? ''));
  expect(earlier).toHaveLength(365);
  for (const day of earlier)
    expect(day).toMatchObject({
      state: 'no_data',
      reason: 'before_first_record',
      settled: true,
      next_check_on: null,
    });
});
