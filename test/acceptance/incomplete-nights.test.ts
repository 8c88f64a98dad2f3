import { playCase } from '../helpers/oura-case.ts';

test('optional-collection-gone: both nights are stored, and list the collection', async () => {
  const { nights, statuses } = await playCase('optional-collection-gone');
  expect(nights).toMatchObject([{ incomplete: ['daily_spo2'] }, { incomplete: ['daily_spo2'] }]);
  expect(statuses).toEqual(['complete']);
});

test('scope-granted-later: the nights get their values when their dates are named again', async () => {
  const { nights } = await playCase('scope-granted-later');
  expect(nights.map(({ breathing_disturbances }) => breathing_disturbances)).toEqual([5, 5, 5, 5, 5]);
  expect(nights.flatMap(({ incomplete }) => incomplete)).toEqual([]);
});

test('score-comes-later: a run on the same day stores the score and the new analysis', async () => {
  const { nights } = await playCase('score-comes-later');
  expect(nights).toMatchObject([
    { date: '2026-05-02', sleep_score: 80, total_sleep_duration: 25_800, incomplete: [] },
  ]);
});

test('record-without-day: at most the two dates near its bedtime are parked', async () => {
  const { nights, days } = await playCase('record-without-day');
  expect(nights).toHaveLength(50);
  const gaps = days.filter(({ state }) => state !== 'stored');
  const parked = gaps.filter(({ state }) => state === 'parked');
  expect(parked.length).toBeLessThanOrEqual(2);
  expect(new Set(gaps.filter((gap) => !parked.includes(gap)).map(({ reason }) => reason))).toEqual(
    new Set(['not_worn']),
  );
  expect(gaps).toHaveLength(10);
});
