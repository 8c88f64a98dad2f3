import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { jest } from '@jest/globals';
import { batchGet } from '../../../shared/aws/store/batch-get.ts';
import { TableThrottled } from '../../../shared/aws/store/retry-unprocessed.ts';
import { createSleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, daysFrom } from '../../../shared/core/day.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';
import { nightOf } from './nights.ts';

const TABLE = 'OuraSleepTable';
const DATES = daysFrom('2026-01-01', addDays('2026-01-01', 119));
const keysOf = (dates: readonly string[]) => dates.map((date) => ({ date }));

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
  const table = createSleepTable(tables.dynamodb, TABLE);
  await Promise.all(
    DATES.map((date) => table.put(nightOf(date, { sleep_score: 80 }), { askedAt: 0, settled: false })),
  );
});
beforeEach(() => tables.calls.clear());
afterAll(() => tables.stop());

const asked = () =>
  tables.calls
    .of('BatchGetItemCommand')
    .map((input) => (input as InstanceType<typeof BatchGetCommand>['input']).RequestItems?.[TABLE]);
const datesOf = (items: readonly Record<string, unknown>[]) => items.map(({ date }) => date).sort();

test('reads more than a hundred keys in several calls', async () => {
  expect(datesOf(await batchGet(tables.dynamodb, TABLE, keysOf(DATES)))).toEqual(DATES);
  expect(asked().map((request) => request?.Keys?.length)).toEqual([100, 20]);
});

test('returns nothing for a key without an item, and sends no call without keys', async () => {
  expect(await batchGet(tables.dynamodb, TABLE, keysOf(['1999-01-01']))).toEqual([]);
  tables.calls.clear();
  expect(await batchGet(tables.dynamodb, TABLE, [])).toEqual([]);
  expect(asked()).toEqual([]);
});

test('reads an item written just before', async () => {
  await batchGet(tables.dynamodb, TABLE, keysOf(DATES.slice(0, 1)));
  expect(asked().map((request) => request?.ConsistentRead)).toEqual([true]);
});

test('reads at half the cost if a write of the last second may be missing', async () => {
  await batchGet(tables.dynamodb, TABLE, keysOf(DATES.slice(0, 1)), { consistent: false });
  expect(asked().map((request) => request?.ConsistentRead)).toEqual([false]);
});

test('returns only the named attributes', async () => {
  const items = await batchGet(tables.dynamodb, TABLE, keysOf(DATES.slice(0, 1)), {
    attributes: ['date', 'sleep_score'],
  });
  expect(items).toEqual([{ date: DATES[0], sleep_score: 80 }]);
});

test('retries unprocessed keys, and only these', async () => {
  const [first, ...others] = DATES.slice(0, 5) as [string, ...string[]];
  // The table hands back all keys but the first: a real call for one key stands for the throttled one.
  tables.calls.answerNext('BatchGetItemCommand', async () => {
    const { Responses } = await tables.raw.send(
      new BatchGetCommand({ RequestItems: { [TABLE]: { Keys: keysOf([first]) } } }),
    );
    return { Responses, UnprocessedKeys: { [TABLE]: { Keys: keysOf(others) } } };
  });
  const items = await batchGet(tables.dynamodb, TABLE, keysOf([first, ...others]));
  expect(datesOf(items)).toEqual([first, ...others]);
  expect(asked()[1]?.Keys).toEqual(keysOf(others));
});

test('gives up after six rounds of unprocessed keys, with a retryable error', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const UnprocessedKeys = { [TABLE]: { Keys: keysOf(DATES.slice(0, 2)) } };
    for (let round = 0; round < 10; round++)
      tables.calls.answerNext('BatchGetItemCommand', async () => ({ Responses: {}, UnprocessedKeys }));
    const items = batchGet(tables.dynamodb, TABLE, keysOf(DATES.slice(0, 2)));
    const failed = expect(items).rejects.toMatchObject({
      name: 'TableThrottled',
      consequences: { retryable: true },
    });
    await jest.advanceTimersByTimeAsync(10_000);
    await failed;
    await expect(items).rejects.toThrow(TableThrottled);
    expect(asked()).toHaveLength(6);
  } finally {
    jest.useRealTimers();
  }
});
