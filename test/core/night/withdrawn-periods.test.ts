import {
  movedPeriods,
  vanishedNight,
  withWithdrawals,
} from '../../../shared/core/night/withdrawn-periods.ts';
import type { Night, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nap, nightOf, period } from './records.ts';

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
  const gone = vanishedNight(known, nowhere, AT);
  expect(gone).toEqual({ ...known, vanished_since: AT });
  expect(vanishedNight(stored(gone), nowhere, '2026-04-01T12:00:00.000Z')).toEqual(gone);
});

test('a period that moved leaves an otherwise empty day', () => {
  const known = nightOf(period(), nap({ latency: 'x' }));
  const remark = { kind: 'converted_value', field: 'daily_sleep.score', detail: 'must be a number' } as const;
  const curve = (period_id: string) =>
    ({ kind: 'unusable_value', period_id, field: 'sleep.hrv', detail: 'd' }) as const;
  const remarks = [...known.remarks, remark, curve('p1'), curve('nap')];
  const documents = { sleep_score: 80, readiness_score: 70, remarks };
  const gone = vanishedNight(stored(known, documents), moved('nap'), AT);
  expect(gone).toMatchObject({ total_sleep_duration: 25_200, vanished_since: AT });
  // The documents of the day may be missing for the same unknown cause as its periods.
  expect(gone).toMatchObject({ sleep_score: 80, readiness_score: 70 });
  expect(gone.periods.map(({ id }) => id)).toEqual(['p1']);
  expect(gone.remarks).toMatchObject([remark, curve('p1'), { kind: 'withdrawn_period', period_id: 'nap' }]);
});
