import { explainGap, isFinal, NOT_WORN_SECONDS } from '../../../shared/core/night/explain-gap.ts';

const gap = (facts: Partial<Parameters<typeof explainGap>[0]>) =>
  explainGap({
    activity: undefined,
    denied: [],
    hasRestPeriods: false,
    isSkipped: false,
    isBeforeFirstRecord: false,
    ...facts,
  });
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

test('a date that the sleeper skipped at the date line did not exist, whatever the ring recorded', () => {
  expect(gap({ isSkipped: true })).toMatchObject({ reason: 'skipped_day' });
  expect(gap({ isSkipped: true, activity: worn(86_400) })).toMatchObject({ reason: 'skipped_day' });
});

test('a date without records is before the first record if the account has only later ones', () => {
  expect(gap({ isBeforeFirstRecord: true })).toEqual({
    reason: 'before_first_record',
    evidence: 'no record in any collection up to this date',
  });
  expect(gap({ isBeforeFirstRecord: true, hasRestPeriods: true })).toMatchObject({ reason: 'not_detected' });
});

test('only a date that cannot get a night any more is final', () => {
  const reasons = ['not_synced', 'not_worn', 'not_detected', 'scope_missing'] as const;
  expect(reasons.filter(isFinal)).toEqual([]);
  expect((['before_first_record', 'skipped_day'] as const).every(isFinal)).toBe(true);
});

test('a denied collection explains the gap, and is named', () => {
  const expected = { reason: 'scope_missing', evidence: 'Oura denied access to daily_activity' };
  expect(gap({ denied: ['daily_spo2', 'daily_activity'] })).toEqual(expected);
});

test('a denied daily_spo2 explains no gap', () => {
  expect(gap({ denied: ['daily_spo2'] })).toMatchObject({ reason: 'not_synced' });
});

test('an unusable non-wear time explains nothing, like an absent one', () => {
  for (const value of ['long', -1, true, null]) {
    expect(gap({ activity: worn(value) })).toEqual({
      reason: 'not_detected',
      evidence: 'daily_activity record without non_wear_time, no sleep period',
    });
  }
});
