import {
  movedPeriods,
  vanishedNight,
  withWithdrawals,
} from '../../../shared/core/night/withdrawn-periods.ts';
import type { Night, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nap, nightOf, period, recordsOf } from './records.ts';

const DATE = '2026-03-10';
const AT = '2026-03-12T12:00:00.000Z';
const stored = (night: Night, changes: object = {}): SleepRecord =>
  ({ ...night, ...changes }) as unknown as SleepRecord;
const moved = (id: string, day = '2026-03-11') => new Map([[id, day]]);
const nowhere = new Map<string, string>();

test('a period has moved if Oura has its id under another day', () => {
  const known = stored(nightOf(period(), nap()));
  expect(movedPeriods(known, moved('nap'))).toEqual(moved('nap'));
  expect(movedPeriods(known, moved('nap', DATE))).toEqual(nowhere);
  expect(movedPeriods(known, moved('other'))).toEqual(nowhere);
});

test('a period that is away has a remark, which stays until it returns', () => {
  const known = stored(nightOf(period(), nap()));
  const first = withWithdrawals(nightOf(period()), known, nowhere);
  expect(first.remarks).toEqual([
    { kind: 'withdrawn_period', period_id: 'nap', detail: 'Oura no longer has the period' },
  ]);
  const second = withWithdrawals(nightOf(period()), stored(first), nowhere);
  expect(second.remarks).toEqual(first.remarks);
  expect(withWithdrawals(nightOf(period(), nap()), stored(first), nowhere).remarks).toEqual([]);
  expect(withWithdrawals(nightOf(period()), known, moved('nap')).remarks[0]?.detail).toContain('2026-03-11');
});

test('a day without any record keeps everything, with the time of the first response that lacked it', () => {
  const known = stored(nightOf(period(), nap()), { sleep_score: 80 });
  const gone = vanishedNight(known, recordsOf({}), nowhere, AT);
  expect(gone).toEqual({ ...known, vanished_since: AT });
  expect(vanishedNight(stored(gone), recordsOf({}), nowhere, '2026-04-01T12:00:00.000Z')).toEqual(gone);
});

test('a period that moved leaves an otherwise empty day', () => {
  const gone = vanishedNight(stored(nightOf(period(), nap())), recordsOf({}), moved('nap'), AT);
  expect(gone).toMatchObject({ total_sleep_duration: 25_200, vanished_since: AT });
  expect(gone.periods.map(({ id }) => id)).toEqual(['p1']);
  expect(gone.remarks).toMatchObject([{ kind: 'withdrawn_period', period_id: 'nap' }]);
});
