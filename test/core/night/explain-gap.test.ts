import { explainGap, NOT_WORN_SECONDS } from '../../../shared/core/night/explain-gap.ts';

const gap = (facts: Partial<Parameters<typeof explainGap>[0]>) =>
  explainGap({ date: '2026-03-10', activity: undefined, denied: [], hasRestPeriods: false, ...facts });
const worn = (non_wear_time: unknown) => ({ id: 'a', day: '2026-03-10', non_wear_time });

test('a date without an activity record is not synced', () => {
  expect(gap({})).toEqual({ reason: 'not_synced', evidence: 'no daily_activity record' });
});

test('a date with much non-wear time is not worn', () => {
  expect(gap({ activity: worn(NOT_WORN_SECONDS) })).toEqual({
    reason: 'not_worn',
    evidence: 'daily_activity record with 3.0 h non-wear time',
  });
});

test.each([
  ['a little', NOT_WORN_SECONDS - 1],
  ['no', 0],
])('a date with %s non-wear time has no sleep detected', (_, seconds) => {
  expect(gap({ activity: worn(seconds) })).toMatchObject({ reason: 'not_detected' });
});

test.each([null, undefined])('an unknown non-wear time (%p) is not zero, and proves nothing', (seconds) => {
  expect(gap({ activity: worn(seconds) })).toEqual({
    reason: 'not_detected',
    evidence: 'daily_activity record without non_wear_time, no sleep period',
  });
});

test('a rejected or deleted period shows that the ring was worn and synced', () => {
  const detected = {
    reason: 'not_detected',
    evidence: 'only rejected, deleted or unclassified sleep periods',
  };
  expect(gap({ hasRestPeriods: true })).toEqual(detected);
  expect(gap({ hasRestPeriods: true, activity: worn(86_400) })).toEqual(detected);
});

test('a denied collection explains the gap, and is named', () => {
  const expected = { reason: 'scope_missing', evidence: 'Oura denied access to daily_activity' };
  expect(gap({ denied: ['daily_spo2', 'daily_activity'] })).toEqual(expected);
});

test('a denied daily_spo2 explains no gap', () => {
  expect(gap({ denied: ['daily_spo2'] })).toMatchObject({ reason: 'not_synced' });
});

test('rejects an invalid activity record, without its value', () => {
  expect(() => gap({ activity: worn('HEALTH-91') })).toThrow(
    'Invalid daily_activity record of 2026-03-10: non_wear_time must be a number',
  );
});
