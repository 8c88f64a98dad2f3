import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  createSleepTable,
  NightContended,
  SleepRecordInvalid,
  type SleepTable,
} from '../../../shared/aws/store/sleep-table.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';
import { nightOf } from './nights.ts';

const TABLE = 'OuraSleepTable';
const DATE = '2026-03-10';
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`);

let tables: TestTables;
let table: SleepTable;
beforeAll(async () => {
  tables = await openTables();
  table = createSleepTable(tables.dynamodb, TABLE);
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const stored = async (date = DATE) => (await table.get([date])).get(date);
const scanned = async (range?: { from?: string; to?: string }) =>
  (await Array.fromAsync(table.scan(range))).map(({ date }) => date).sort();

test('a new night is stored as revision 1, with every metric and no history', async () => {
  const night = nightOf(DATE, { sleep_score: 85, temperature_delta: -0.25 });
  expect(await table.put(night, { askedAt: at('19:00:00'), settled: false })).toBe('stored');
  expect(await stored()).toEqual({
    ...night,
    settled: false,
    revision: 1,
    content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    first_synced_at: '2026-03-10T19:00:00.000Z',
    updated_at: '2026-03-10T19:00:00.000Z',
    history: [],
  });
});

test('the same content in a later response changes no revision, no time and no history', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const before = await stored();
  expect(
    await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('20:00:00'), settled: false }),
  ).toBe('unchanged');
  expect(await stored()).toEqual(before);
});

test('the same content with its keys in another order is the same content', async () => {
  await table.put(nightOf(DATE, {}, { one: 1, two: { a: 1, b: 2 } }), {
    askedAt: at('19:00:00'),
    settled: false,
  });
  const put = await table.put(nightOf(DATE, {}, { two: { b: 2, a: 1 }, one: 1 }), {
    askedAt: at('20:00:00'),
    settled: false,
  });
  expect(put).toBe('unchanged');
});

test('a revision keeps the earlier values of exactly the changed fields, and their times', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80, hrv: 48 }), { askedAt: at('19:00:00'), settled: false });
  expect(
    await table.put(nightOf(DATE, { sleep_score: 82, hrv: 48 }), { askedAt: at('20:00:00'), settled: false }),
  ).toBe('stored');
  expect(await stored()).toMatchObject({
    sleep_score: 82,
    hrv: 48,
    revision: 2,
    first_synced_at: '2026-03-10T19:00:00.000Z',
    updated_at: '2026-03-10T20:00:00.000Z',
  });
  expect((await stored())?.history).toEqual([
    {
      revision: 1,
      stored_at: '2026-03-10T19:00:00.000Z',
      replaced_at: '2026-03-10T20:00:00.000Z',
      changed: { sleep_score: 80 },
    },
  ]);
});

test('periods with keys in another order are unchanged', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }, { one: 1, two: 2 }), {
    askedAt: at('19:00:00'),
    settled: false,
  });
  await table.put(nightOf(DATE, { sleep_score: 82 }, { two: 2, one: 1 }), {
    askedAt: at('20:00:00'),
    settled: false,
  });
  expect((await stored())?.history[0]?.changed).toEqual({ sleep_score: 80 });
});

test('a value that becomes null, or stops being null, is a change', async () => {
  await table.put(nightOf(DATE, { hrv: 48 }), { askedAt: at('19:00:00'), settled: false });
  await table.put(nightOf(DATE, { heart_rate: 54 }), { askedAt: at('20:00:00'), settled: false });
  expect((await stored())?.history[0]?.changed).toEqual({ hrv: 48, heart_rate: null });
});

test('the history holds every earlier revision, oldest first', async () => {
  for (const [index, score] of [80, 81, 82].entries())
    await table.put(nightOf(DATE, { sleep_score: score }), {
      askedAt: at(`19:0${index}:00`),
      settled: false,
    });
  const record = await stored();
  expect(record?.history.map(({ revision, changed }) => [revision, changed['sleep_score']])).toEqual([
    [1, 80],
    [2, 81],
  ]);
  expect(record?.history.map(({ replaced_at }) => replaced_at)).toEqual([
    '2026-03-10T19:01:00.000Z',
    '2026-03-10T19:02:00.000Z',
  ]);
});

test('an older response never replaces a newer one', async () => {
  await table.put(nightOf(DATE, { sleep_score: 82 }), { askedAt: at('20:00:00'), settled: false });
  const before = await stored();
  expect(
    await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: true }),
  ).toBe('older');
  expect(await stored()).toEqual(before);
});

test('a write with an outdated read does not replace a newer night', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('18:00:00'), settled: false });
  const known = await stored();
  await table.put(nightOf(DATE, { sleep_score: 82 }), { askedAt: at('20:00:00'), settled: false });
  expect(
    await table.put(nightOf(DATE, { sleep_score: 81 }), { askedAt: at('19:00:00'), settled: false, known }),
  ).toBe('older');
  expect(await stored()).toMatchObject({ sleep_score: 82, revision: 2 });
});

test.each([
  ['in order', [0, 1, 2, 3]],
  ['in reverse', [3, 2, 1, 0]],
  ['in disorder', [2, 0, 3, 1]],
])('the newest response of parallel writers wins, started %s', async (_order, hours) => {
  await Promise.all(
    hours.map((hour) =>
      table.put(nightOf(DATE, { sleep_score: 80 + hour }), { askedAt: at(`1${hour}:00:00`), settled: false }),
    ),
  );
  const record = await stored();
  expect(record?.sleep_score).toBe(83);
  // None is lost: every earlier one is in the history, in the order of the requests, without a gap.
  expect(record?.history.map(({ revision }) => revision)).toEqual(
    record?.history.map((_, index) => index + 1),
  );
  const times = [...(record?.history ?? []).map(({ stored_at }) => stored_at), record?.updated_at];
  expect(times).toEqual([...times].sort());
  expect(new Set(times).size).toBe(times.length);
});

test('two writers that both read no night store one night with two revisions', async () => {
  const put = (score: number, time: string) =>
    table.put(nightOf(DATE, { sleep_score: score }), { askedAt: at(time), settled: false });
  const results = await Promise.all([put(80, '19:00:00'), put(82, '20:00:00')]);
  const record = await stored();
  expect(record?.sleep_score).toBe(82);
  expect(record?.revision).toBe(results.filter((result) => result === 'stored').length);
});

test('gives up on a night that others keep changing, with a retryable error', async () => {
  for (let change = 1; change <= 5; change++)
    tables.calls.beforeNext('PutItemCommand', async () => {
      const item = {
        ...nightOf(DATE),
        revision: change,
        content_hash: `hash-${change}`,
        updated_at: '2026-01-01',
      };
      await tables.raw.send(new PutCommand({ TableName: TABLE, Item: { ...item, history: [] } }));
    });
  const put = table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: false });
  await expect(put).rejects.toThrow(NightContended);
  await expect(put).rejects.toMatchObject({ consequences: { retryable: true }, date: DATE });
});

test('a provisional night becomes settled without a new revision', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const before = await stored();
  expect(
    await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('20:00:00'), settled: true }),
  ).toBe('unchanged');
  expect(await stored()).toEqual({ ...before, settled: true });
});

test('a response to an earlier revision does not settle a newer one', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const known = await stored();
  await table.put(nightOf(DATE, { sleep_score: 90 }), { askedAt: at('20:00:00'), settled: false });
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:30:00'), settled: true, known });
  expect(await stored()).toMatchObject({ sleep_score: 90, settled: false });
});

test('finds the dates that have a night', async () => {
  await table.put(nightOf('2026-03-08'), { askedAt: at('19:00:00'), settled: false });
  expect(await table.stored(['2026-03-07', '2026-03-08'])).toEqual(new Set(['2026-03-08']));
});

test('scans a range with both its ends, or everything', async () => {
  const dates = ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03'];
  for (const date of dates) await table.put(nightOf(date), { askedAt: at('19:00:00'), settled: false });
  expect(await scanned()).toEqual(dates);
  expect(await scanned({ from: '2026-03-01', to: '2026-03-02' })).toEqual(['2026-03-01', '2026-03-02']);
  expect(await scanned({ from: '2026-03-02' })).toEqual(['2026-03-02', '2026-03-03']);
  expect(await scanned({ to: '2026-02-28' })).toEqual(['2026-02-28']);
});

test('a summary is any stored night without its periods', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80, hrv: 48 }, { type: 'long_sleep' }), {
    askedAt: at('19:00:00'),
    settled: false,
  });
  await table.put(nightOf(DATE, { sleep_score: 81, hrv: 48 }, { type: 'long_sleep' }), {
    askedAt: at('20:00:00'),
    settled: true,
  });
  const { periods, ...rest } = (await stored()) ?? {};
  expect(periods).toHaveLength(1);
  expect(rest).toMatchObject({ sleep_score: 81, history: [{ changed: { sleep_score: 80 } }] });
  expect(await Array.fromAsync(table.scanSummaries())).toEqual([rest]);
  expect(await Array.fromAsync(table.scanSummaries({ from: '2026-03-11' }))).toEqual([]);
});

test('rejects an invalid item, naming its date and not its values', async () => {
  await tables.dynamodb.send(
    new PutCommand({ TableName: TABLE, Item: { date: DATE, sleep_score: 'ninety-one', hrv: 48 } }),
  );
  const scan = Array.fromAsync(table.scan());
  await expect(scan).rejects.toThrow(SleepRecordInvalid);
  await expect(scan).rejects.toThrow(new RegExp(DATE));
  await expect(scan).rejects.not.toThrow(/ninety-one|48/);
});

test('stores records that match the documented schema', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: false });
  await table.put(nightOf(DATE, { sleep_score: 81 }), { askedAt: at('20:00:00'), settled: false });
  expect(await scanned()).toEqual([DATE]);
});
