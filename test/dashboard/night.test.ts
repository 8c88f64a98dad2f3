import { EARLIEST, type NightAnswer } from '../../services/dashboard/server/api.ts';
import { revisionsOf, stripAround } from '../../services/dashboard/server/read-night.ts';
import { SERIES_COLUMNS, seriesOf } from '../../services/insights/export/series.ts';
import { tableOf } from '../../services/insights/export/table.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { Night, SleepRecord } from '../../shared/core/sleep-record.ts';
import { nightOf } from '../aws/store/nights.ts';
import { ringNights, ringRecords } from '../helpers/ring-nights.ts';
import { ledgerOf, servePage, type TestPage } from './support/served.ts';

const TODAY = '2026-03-10';
const NOON = Date.parse('2026-03-10T12:00:00-07:00');
const PHASES = ['deep', 'light', 'rem', 'awake'];

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterEach(() => page.stack.clear());
afterAll(() => page.stop());

const ledger = () => ledgerOf(page.stack);

const store = async (nights: readonly Night[], askedAt = NOON) => {
  for (const night of nights) await ledger().sleepTable.put(night, { askedAt, settled: true });
  const { dynamodb } = page.stack.raw;
  await createNewestNight(dynamodb, LOGICAL_ID.ouraSyncTable).advance(nights.at(-1)?.date ?? TODAY);
};
const stored = async (date: Day): Promise<SleepRecord> => {
  const night = (await ledger().sleepTable.get([date])).get(date);
  if (!night) throw new Error(`no night of ${date}`);
  return night;
};
const nightAt = (date: Day) => page.get<NightAnswer>(`/api/nights/${date}`);

test('the stages equal sleep_phase_5_min as Oura sent it, interval by interval', async () => {
  const dates = daysFrom('2026-02-10', TODAY);
  await store(ringNights(dates[0] ?? TODAY, TODAY));
  for (const date of dates) {
    const sent = ringRecords(date, NOON + 86_400_000).sleep.filter(
      ({ type }) => type !== 'rest' && type !== 'deleted',
    );
    const { periods, phase_seconds } = await nightAt(date);
    expect(phase_seconds).toBe(300);
    const shown = periods.filter(({ role }) => role !== 'ignored');
    expect(shown.map(({ samples }) => samples.map(({ at, phase }) => [at, phase]))).toEqual(
      sent.map(({ bedtime_start, sleep_phase_5_min }) =>
        [...String(sleep_phase_5_min)].map((digit, index) => [
          Date.parse(String(bedtime_start)) + index * 300_000,
          PHASES[Number(digit) - 1],
        ]),
      ),
    );
  }
});

test('the samples equal the rows of npm run export -- --what series', async () => {
  await store(ringNights('2026-03-01', TODAY));
  for (const date of daysFrom('2026-03-01', TODAY)) {
    const { periods } = await nightAt(date);
    const { rows } = tableOf(SERIES_COLUMNS, seriesOf([await stored(date)]));
    expect(
      periods.flatMap(({ samples }) =>
        samples.map(({ at, phase, heart_rate, hrv }) => [new Date(at).toISOString(), phase, heart_rate, hrv]),
      ),
    ).toEqual(rows.map((row) => row.slice(2)));
    expect(rows.length).toBeGreaterThan(0);
  }
});

test('a period that does not count is listed without being a part of the night', async () => {
  const night = nightOf(TODAY);
  const at = (from: string, to: string) => ({ bedtime_start: `${from}-07:00`, bedtime_end: `${to}-07:00` });
  const periods = [
    { id: 'night', type: 'long_sleep', ...at('2026-03-09T22:30:00', '2026-03-10T02:00:00') },
    { id: 'later', type: 'long_sleep', ...at('2026-03-10T02:45:00', '2026-03-10T06:30:00') },
    { id: 'nap', type: 'sleep', ...at('2026-03-10T14:00:00', '2026-03-10T14:40:00') },
    { id: 'tv', type: 'rest', ...at('2026-03-10T20:00:00', '2026-03-10T20:30:00') },
  ];
  await store([{ ...night, periods }]);
  expect((await nightAt(TODAY)).periods.map(({ role, type, start }) => [role, type, start])).toEqual([
    ['part', 'long_sleep', '2026-03-09T22:30:00-07:00'],
    ['part', 'long_sleep', '2026-03-10T02:45:00-07:00'],
    ['nap', 'sleep', '2026-03-10T14:00:00-07:00'],
    ['ignored', 'rest', '2026-03-10T20:00:00-07:00'],
  ]);
});

test('readiness has the contributors that Oura sent with the long sleep, or is null', async () => {
  const contributors = { hrv_balance: 81, previous_day_activity: null, recovery_index: 64 };
  await store([
    nightOf('2026-03-09'),
    nightOf(TODAY, {}, { bedtime_start: `${TODAY}T00:10:00-08:00`, readiness: { contributors, score: 70 } }),
  ]);
  expect((await nightAt('2026-03-09')).readiness).toBeNull();
  expect((await nightAt(TODAY)).readiness).toEqual({ hrv_balance: 81, recovery_index: 64 });
});

test('each revision has the values before and after it', async () => {
  await store([nightOf(TODAY, { sleep_score: 80, hrv: 50 })]);
  await store([nightOf(TODAY, { sleep_score: 82, hrv: 50 })], NOON + 60_000);
  await store([nightOf(TODAY, { sleep_score: 82, hrv: 55 }, { average_breath: 14 })], NOON + 120_000);
  await store([nightOf(TODAY, { sleep_score: 85, hrv: 55 }, { average_breath: 14 })], NOON + 180_000);
  expect((await nightAt(TODAY)).revisions).toEqual(revisionsOf(await stored(TODAY)));
  expect(revisionsOf(await stored(TODAY))).toEqual([
    {
      at: new Date(NOON + 60_000).toISOString(),
      changes: [{ metric: 'sleep_score', before: 80, after: 82 }],
    },
    { at: new Date(NOON + 120_000).toISOString(), changes: [{ metric: 'hrv', before: 50, after: 55 }] },
    {
      at: new Date(NOON + 180_000).toISOString(),
      changes: [{ metric: 'sleep_score', before: 82, after: 85 }],
    },
  ]);
});

test('a date without a night says why, and names the nearest nights', async () => {
  const checked = { run_id: 'r', attempts: 1, at: NOON, next_check_on: null };
  await store(['2025-06-01', '2025-12-31', '2026-01-01', '2026-03-05', TODAY].map((date) => nightOf(date)));
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };
  await ledger().days.failed('2026-03-07', { ...checked, state: 'parked', error });
  expect(await nightAt('2026-03-07')).toMatchObject({
    night: null,
    gap: { cause: 'OuraUnavailable', next: expect.stringContaining('Pipeline') },
    periods: [],
    earlier: '2026-03-05',
    later: TODAY,
  });
  // Beside a gap of months, and before the first night.
  expect(await nightAt('2025-12-31')).toMatchObject({ earlier: '2025-06-01', later: '2026-01-01' });
  expect(await nightAt('2026-01-01')).toMatchObject({ earlier: '2025-12-31', later: '2026-03-05' });
  expect(await nightAt('2025-01-01')).toMatchObject({ earlier: null, later: '2025-06-01', gap: null });
  expect(await nightAt(TODAY)).toMatchObject({ earlier: '2026-03-05', later: null });
});

test('the strip has 14 dates with the night, and stays the same while the user steps through it', async () => {
  await store(ringNights('2026-02-20', TODAY));
  const { strip } = await nightAt(TODAY);
  expect(strip.map(({ date }) => date)).toEqual(daysFrom('2026-02-25', TODAY));
  for (const { date } of strip) expect((await nightAt(date)).strip).toEqual(strip);
  const before = (await nightAt('2026-02-24')).strip;
  expect(before.map(({ date }) => date)).toEqual(daysFrom('2026-02-11', '2026-02-24'));
  expect(before.map(({ stored }) => stored)).toEqual(before.map(({ date }) => date >= '2026-02-20'));
  expect(stripAround(addDays(TODAY, 1), TODAY).at(-1)).toBe(addDays(TODAY, 1));
  expect(stripAround(EARLIEST, TODAY)).toEqual(daysFrom(EARLIEST, addDays(EARLIEST, 13)));
});

test('a date that is no date is refused', async () => {
  for (const date of ['2026-02-30', 'latest', '1776-07-04'])
    expect((await page.send(`/api/nights/${date}`)).status).toBe(400);
});
