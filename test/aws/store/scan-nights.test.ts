import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { SleepRecordInvalid } from '../../../shared/aws/store/scan-nights.ts';
import { createSleepTable, type SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import type { Night } from '../../../shared/core/sleep-record.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';
import { nightOf } from './nights.ts';

const TABLE = 'OuraSleepTable';
const DATE = '2026-03-10';

let tables: TestTables;
let table: SleepTable;
beforeAll(async () => {
  tables = await openTables();
  table = createSleepTable(tables.dynamodb, TABLE);
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const put = (night: Night, time = '19:00:00') =>
  table.put(night, { askedAt: Date.parse(`2026-03-10T${time}Z`), settled: true });
const stored = async () => (await table.get([DATE])).get(DATE);
const sorted = async (scan: AsyncGenerator<{ readonly date: string }>) =>
  (await Array.fromAsync(scan)).map(({ date }) => date).sort();

test.each(['scan', 'scanSummaries'] as const)(
  '%s has a range with both its ends, or everything',
  async (scan) => {
    const dates = ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03'];
    for (const date of dates) await put(nightOf(date));
    const scanned = (range?: { from?: string; to?: string }) => sorted(table[scan](range));
    expect(await scanned()).toEqual(dates);
    expect(await scanned({ from: '2026-03-01', to: '2026-03-02' })).toEqual(['2026-03-01', '2026-03-02']);
    expect(await scanned({ from: '2026-03-02' })).toEqual(['2026-03-02', '2026-03-03']);
    expect(await scanned({ to: '2026-02-28' })).toEqual(['2026-02-28']);
  },
);

test('a summary is any stored night without its periods and curves', async () => {
  await put(nightOf(DATE, { sleep_score: 80, hrv: 48 }));
  await put(nightOf(DATE, { sleep_score: 81, hrv: 48 }), '20:00:00');
  const { periods, series, ...rest } = (await stored()) ?? {};
  expect([periods, series]).toEqual([[expect.anything()], []]);
  expect(rest).toMatchObject({ sleep_score: 81, history: [{ changed: { sleep_score: 80 } }] });
  expect(await Array.fromAsync(table.scanSummaries())).toEqual([rest]);
});

test('the bedtimes are those that are stored', async () => {
  await put(nightOf(DATE, { bedtime_start: '2026-03-09T23:00:00+02:00' }));
  expect(await Array.fromAsync(table.bedtimes())).toMatchObject([
    { bedtime_start: '2026-03-09T23:00:00+02:00', bedtime_end: null },
  ]);
});

test.each(['scan', 'scanSummaries', 'bedtimes'] as const)(
  '%s names the date of an invalid night, and none of its values',
  async (name) => {
    const Item = { date: DATE, rules_version: 2, bedtime_start: 'at nine', hrv: 48 };
    await tables.dynamodb.send(new PutCommand({ TableName: TABLE, Item }));
    const scan = Array.fromAsync<unknown>(table[name]());
    await expect(scan).rejects.toThrow(SleepRecordInvalid);
    await expect(scan).rejects.toThrow(new RegExp(DATE));
    await expect(scan).rejects.not.toThrow(/nine|48/);
  },
);

test('the version of a night changes with its content, its earlier values and its phases, and with nothing else', async () => {
  const versions = async () => {
    const found = await Array.fromAsync(table.versions());
    expect(found.map(({ date }) => date)).toEqual([DATE]);
    return found[0]?.version;
  };
  const seen: unknown[] = [];
  const phases = (sleep_phase_5_min: string | null) => [
    { period_id: 'p', sleep_phase_5_min, heart_rate: null, hrv: null },
  ];
  for (const [time, night] of [
    ['19:00:00', nightOf(DATE, { sleep_score: 80 })],
    ['19:10:00', nightOf(DATE, { sleep_score: 81 })],
    ['19:20:00', nightOf(DATE, { sleep_score: 80 })],
    ['19:30:00', { ...nightOf(DATE, { sleep_score: 80 }), series: phases(null) }],
    ['19:40:00', { ...nightOf(DATE, { sleep_score: 80 }), series: phases('4422') }],
  ] as const) {
    await put(night, time);
    seen.push(await versions());
    await put(night, `${time.slice(0, 6)}30`);
    expect(await versions()).toBe(seen.at(-1));
  }
  expect(new Set(seen).size).toBe(seen.length);
});
