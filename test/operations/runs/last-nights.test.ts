import { lastNights } from '../../../services/operations/runs/last-nights.ts';
import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';

/** A table with nights on `stored`, and the numbers of keys that its reads requested. */
const tableWith = (stored: readonly Day[]) => {
  const reads: number[] = [];
  const table: Pick<SleepTable, 'get' | 'dates'> = {
    get: async (dates) => {
      reads.push(dates.length);
      const found = dates.filter((date) => stored.includes(date)).reverse();
      return new Map(found.map((date) => [date, { date } as SleepRecord]));
    },
    async *dates() {
      yield* [...stored].reverse();
    },
  };
  const last = async (dates: readonly Day[]) => (await lastNights(table, dates, 3)).map(({ date }) => date);
  return { last, reads };
};

const FIRST = '2016-03-01';
const LAST = addDays(FIRST, 3649);

test('reads ten years only as far back as it needs', async () => {
  const { last, reads } = tableWith(daysFrom(FIRST, LAST));
  expect(await last(daysFrom(FIRST, LAST))).toEqual(daysFrom(addDays(LAST, -2), LAST));
  expect(reads).toEqual([100]);
});

test('goes on to earlier dates until it has enough nights, at most to the first one', async () => {
  const early = [addDays(FIRST, -1), FIRST, addDays(FIRST, 120)];
  const { last, reads } = tableWith([...early, LAST]);
  const range = [FIRST, addDays(FIRST, 249)];
  expect(await last(range)).toEqual(early.slice(1));
  expect(reads).toEqual([100, 100, 50]);
});

test('includes the nights between the dates', async () => {
  const { last } = tableWith(daysFrom(FIRST, LAST));
  expect(await last([addDays(FIRST, 1), addDays(FIRST, 5)])).toEqual(
    daysFrom(addDays(FIRST, 3), addDays(FIRST, 5)),
  );
});

test('without dates, returns the last stored nights', async () => {
  const { last } = tableWith([FIRST, LAST]);
  expect(await last([])).toEqual([FIRST, LAST]);
});
