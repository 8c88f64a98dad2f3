import type { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { findDates, readDayStates } from '../../../shared/aws/store/day-states.ts';
import { createDays, type Days } from '../../../shared/aws/store/days.ts';
import { createSleepTable, type SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';
import { nightOf } from './nights.ts';

let tables: TestTables;
let days: Days;
let sleepTable: SleepTable;
beforeAll(async () => {
  tables = await openTables();
  days = createDays(tables.dynamodb, 'OuraSyncTable');
  sleepTable = createSleepTable(tables.dynamodb, 'OuraSleepTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const NOON = Date.parse('2026-03-10T12:00:00Z');
const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };

/** What happens to a date, in the order of time. `wait`: the ms since the event before. */
const event = fc.record({
  kind: fc.constantFrom('failed', 'parked', 'no_data', 'stored', 'incomplete', 'vanished'),
  wait: fc.integer({ min: 0, max: 1 }),
  attempts: fc.integer({ min: 1, max: 5 }),
  score: fc.integer({ min: 80, max: 81 }),
});
type DateEvent = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** Applies the events as the worker does. `hasEntries`: whether each stored night gets an entry, also a plain new one. */
const live = async (date: Day, events: readonly DateEvent[], hasEntries: boolean): Promise<void> => {
  let at = NOON;
  let isNew = true;
  for (const { kind, wait, attempts, score } of events) {
    at += wait;
    const checked = { run_id: 'run', attempts, at, next_check_on: null };
    if (kind === 'failed' || kind === 'parked') await days.failed(date, { ...checked, state: kind, error });
    else if (kind === 'no_data') {
      // The worker reads whether a night is stored before it says so.
      if ((await sleepTable.facts([date])).size > 0) continue;
      const noData = { reason: 'not_worn', evidence: 'evidence', settled: false, since: at } as const;
      await days.noData(date, { ...checked, ...noData });
    } else {
      const facts = {
        incomplete: kind === 'incomplete' ? (['daily_sleep'] as const) : [],
        vanished_since: kind === 'vanished' ? '2026-03-01T00:00:00.000Z' : null,
      };
      const night = { ...nightOf(date, { sleep_score: score }), ...facts };
      const known = (await sleepTable.get([date])).get(date);
      await sleepTable.put(night, { askedAt: at, settled: true, known });
      const isPlain = kind === 'stored';
      // A new date is stored at the first attempt, or it is no longer new.
      const first = isNew && known === undefined && isPlain;
      if (hasEntries || !first)
        await days.stored(date, { ...checked, ...facts, attempts: first ? 1 : attempts, settled: true });
    }
    isNew = false;
  }
};

/** The answers of both kinds of history; the run is unknown without an entry. */
const comparable = ({ date, run_id, ...state }: DayEntry) => state;

test('the state of a date is the same with and without an entry of its plainly stored night', async () => {
  let next: Day = '1990-01-01';
  const dateOfRun = () => {
    next = addDays(next, 1);
    return next;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
      const [one, other] = [dateOfRun(), dateOfRun()];
      await live(one, events, true);
      await live(other, events, false);
      const states = await readDayStates({ sleepTable, days }, [one, other]);
      const [expected, found] = [states.get(one), states.get(other)];
      expect(found && comparable(found)).toEqual(expected && comparable(expected));
      // The planner skips the entries of plain nights, which say nothing more that it needs.
      const planned = await findDates({ sleepTable, days }, [one, other]);
      expect([...planned.stored].length % 2).toBe(0);
      for (const date of [one, other]) {
        const [lean, whole] = [planned.states.get(date), states.get(date)];
        expect([lean?.state, lean?.settled, lean?.incomplete]).toEqual([
          whole?.state,
          whole?.settled,
          whole?.incomplete,
        ]);
      }
    }),
    propertyRuns(80),
  );
});

test('a failure that another run recorded does not hide a stored night', async () => {
  const date = '2026-01-10';
  await sleepTable.put(nightOf(date), { askedAt: NOON, settled: true });
  const failed = { run_id: 'late', attempts: 3, at: NOON + 1, next_check_on: null, error };
  await days.failed(date, { ...failed, state: 'parked' });
  expect((await days.get([date])).get(date)).toMatchObject({ state: 'parked' });
  expect((await readDayStates({ sleepTable, days }, [date])).get(date)).toMatchObject({
    state: 'stored',
    settled: true,
    attempts: 3,
    last_error: { ...error, at: '2026-03-10T12:00:00.001Z' },
    run_id: null,
    last_checked_at: '2026-03-10T12:00:00.000Z',
  });
});

test('a provisional night without an entry has no state, so the next run requests it', async () => {
  await sleepTable.put(nightOf('2026-03-09'), { askedAt: NOON, settled: false });
  expect(await readDayStates({ sleepTable, days }, ['2026-03-09', '2026-03-10'])).toEqual(new Map());
});

test('a plan reads the entries of the dates without a plain night, at half the cost', async () => {
  await sleepTable.put(nightOf('2026-01-10'), { askedAt: NOON, settled: true });
  await sleepTable.put(nightOf('2026-03-09'), { askedAt: NOON, settled: false });
  tables.calls.clear();
  const found = await findDates({ sleepTable, days }, ['2026-01-10', '2026-03-09', '2026-03-10']);
  const inputs = tables.calls.of('BatchGetItemCommand') as InstanceType<typeof BatchGetCommand>['input'][];
  const read = inputs.flatMap(({ RequestItems = {} }) =>
    Object.entries(RequestItems).map(([table, request]) => ({
      table,
      keys: request.Keys?.map((key) => Object.values(key)[0]),
      consistent: request.ConsistentRead,
    })),
  );
  expect(read).toEqual([
    { table: 'OuraSleepTable', keys: ['2026-01-10', '2026-03-09', '2026-03-10'], consistent: false },
    { table: 'OuraSyncTable', keys: ['day#2026-03-09', 'day#2026-03-10'], consistent: false },
  ]);
  expect([...found.stored]).toEqual(['2026-01-10', '2026-03-09']);
  expect([...found.states.keys()]).toEqual(['2026-01-10']);
});
