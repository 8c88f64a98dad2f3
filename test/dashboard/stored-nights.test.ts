import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { createStoredNights } from '../../services/dashboard/server/stored-nights.ts';
import { presentNight } from '../../services/insights/features/as-of.ts';
import { createSleepTable, type SleepTable } from '../../shared/aws/store/sleep-table.ts';
import { byDate, type Day, daysFrom } from '../../shared/core/day.ts';
import { nightOf } from '../aws/store/nights.ts';
import { openTables, type TestTables } from '../helpers/tables.ts';

const TABLE = 'OuraSleepTable';
const DAYS = daysFrom('2026-03-01', '2026-03-10');

let tables: TestTables;
let table: SleepTable;
beforeAll(async () => {
  tables = await openTables();
  table = createSleepTable(tables.dynamodb, TABLE);
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

let clock = Date.parse('2026-03-10T19:00:00Z');
const put = (date: Day, score: number) => {
  clock += 60_000;
  return table.put(nightOf(date, { sleep_score: score }), { askedAt: clock, settled: true });
};

test('the nights equal those of a scan, and only changed ones are read again', async () => {
  const reads: string[] = [];
  const storedNights = createStoredNights(
    {
      versions: table.versions,
      scan: () => {
        reads.push('all');
        return table.scan();
      },
      get: (dates) => {
        reads.push(dates.join());
        return table.get(dates);
      },
    },
    () => undefined,
  );
  const check = async () => {
    const expected = (await Array.fromAsync(table.scan())).sort(byDate).map(presentNight);
    const stored = await storedNights();
    expect(stored.map(({ present }) => present)).toEqual(expected);
    expect(stored.map(({ metrics }) => [metrics.date, metrics.sleep_score])).toEqual(
      expected.map(({ date, sleep_score }) => [date, sleep_score]),
    );
    return expected.length;
  };
  expect(await check()).toBe(0);
  for (const day of DAYS) await put(day, 80);
  expect(await check()).toBe(10);
  await put('2026-03-04', 70);
  await put('2026-03-11', 75);
  expect(await check()).toBe(11);
  await tables.dynamodb.send(new DeleteCommand({ TableName: TABLE, Key: { date: '2026-03-01' } }));
  expect(await check()).toBe(10);
  expect(reads.map((read) => read.split(',').sort().join())).toEqual([
    'all',
    'all',
    '2026-03-04,2026-03-11',
    '',
  ]);
});

test('nothing is read until a table changes, also during a read', async () => {
  await put('2026-03-01', 80);
  let state = 'one write';
  let reads = 0;
  const versions = () => {
    reads++;
    return table.versions();
  };
  const storedNights = createStoredNights({ ...table, versions }, () => state);
  const scores = async () => (await storedNights()).map(({ metrics }) => metrics.sleep_score);
  const first = scores();
  // Between the state and the end of the read.
  state = 'two writes';
  await first;
  await put('2026-03-01', 70);
  expect(await scores()).toEqual([70]);
  expect(await scores()).toEqual([70]);
  expect(reads).toBe(2);
  await put('2026-03-02', 60);
  state = 'three writes';
  expect(await scores()).toEqual([70, 60]);
  expect(reads).toBe(3);
});

test('a read that began before a write is not the answer to a request after it', async () => {
  await put('2026-03-01', 80);
  let state = 'one write';
  let gate = Promise.resolve();
  const storedNights = createStoredNights(
    {
      ...table,
      async *versions() {
        const all = await Array.fromAsync(table.versions());
        await gate;
        yield* all;
      },
    },
    () => state,
  );
  const scores = async () => (await storedNights()).map(({ metrics }) => metrics.sleep_score);
  await scores();
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  state = 'a write to another table';
  const before = scores();
  await table.versions().next();
  await put('2026-03-01', 70);
  state = 'two writes';
  const after = scores();
  resolve();
  await before;
  expect(await after).toEqual([70]);
});
