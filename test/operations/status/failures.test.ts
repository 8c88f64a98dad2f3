import { failureTable } from '../../../services/cli/print/failure-table.ts';
import { groupByCause } from '../../../services/operations/status/failures.ts';
import { daysFrom } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';

const failed = (date: string, name: string | null, message = `${name} on ${date}`): DayEntry => ({
  date,
  state: name ? 'parked' : 'stored',
  reason: name,
  evidence: null,
  settled: false,
  attempts: 5,
  last_error: name ? { name, message, at: '2026-03-10T19:00:00.000Z' } : null,
  accepted: null,
  run_id: 'r',
  last_checked_at: '2026-03-10T19:00:00.000Z',
  next_check_on: null,
  reason_since: null,
  incomplete: [],
  vanished_since: null,
});

test('groups failures by cause, the largest group first, dates in order', () => {
  const groups = groupByCause([
    failed('2026-03-03', 'OuraUnavailable'),
    failed('2026-03-02', 'InvalidRecord'),
    failed('2026-03-01', 'OuraUnavailable'),
    failed('2026-03-04', null),
  ]);
  expect(groups.map(({ cause, count, dates }) => [cause, count, dates.map(({ date }) => date)])).toEqual([
    ['OuraUnavailable', 2, ['2026-03-01', '2026-03-03']],
    ['InvalidRecord', 1, ['2026-03-02']],
  ]);
});

test('a group has the message of its latest date, and each date has its own', () => {
  const [group] = groupByCause([
    failed('2026-03-01', 'InvalidRecord'),
    failed('2026-03-03', 'InvalidRecord'),
  ]);
  expect(group?.message).toBe('InvalidRecord on 2026-03-03');
  expect(group?.dates.map(({ message }) => message)).toEqual([
    'InvalidRecord on 2026-03-01',
    'InvalidRecord on 2026-03-03',
  ]);
});

test('the table shows each fault of an error once, and eight at most', () => {
  const tableOf = (entries: readonly DayEntry[]) =>
    failureTable(groupByCause(entries), { dataDir: 'data' }).replace(/\s+/g, ' ');
  const same = ['2026-03-01', '2026-03-02'].map((date) => failed(date, 'OuraUnavailable', 'Oura is down'));
  expect(tableOf(same).split('Oura is down')).toHaveLength(2);
  const dates = daysFrom('2026-03-01', '2026-03-09');
  const table = tableOf(dates.map((date) => failed(date, 'InvalidRecord')));
  expect(dates.filter((date) => table.includes(`InvalidRecord on ${date}`))).toEqual(dates.slice(0, 8));
});

test('a group has the parked messages that no date explains', () => {
  const parked = (message_id: string, date: string | null, failure_name: string | null) => ({
    message_id,
    message: date === null ? null : { version: 1, run_id: 'r', date, reason: 'missing' as const },
    failure_name,
    failure_message: 'a message',
  });
  const groups = groupByCause(
    [failed('2026-03-01', 'WorkerCrashed')],
    [
      parked('a', null, 'MalformedMessage'),
      parked('b', null, 'MalformedMessage'),
      parked('c', '2026-03-02', 'WorkerCrashed'),
      parked('d', '2026-03-03', null),
    ],
  );
  expect(
    groups.map(({ cause, count, messages }) => [cause, count, messages.map(({ message_id }) => message_id)]),
  ).toEqual([
    ['WorkerCrashed', 2, ['c']],
    ['MalformedMessage', 2, ['a', 'b']],
    ['unknown', 1, ['d']],
  ]);
});
