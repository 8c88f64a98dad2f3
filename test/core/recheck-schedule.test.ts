import { isDue, nextRecheck } from '../../shared/core/recheck-schedule.ts';

test.each([
  ['on the day itself', '2026-03-10', '2026-03-11'],
  ['before the day', '2026-03-09', '2026-03-10'],
  ['at age 1', '2026-03-11', '2026-03-12'],
  ['at age 2', '2026-03-12', '2026-03-13'],
  ['at age 3', '2026-03-13', '2026-03-17'],
  ['between ages', '2026-03-15', '2026-03-17'],
  ['at age 7', '2026-03-17', '2026-03-24'],
  ['at age 14', '2026-03-24', '2026-04-09'],
  ['the day before age 30', '2026-04-08', '2026-04-09'],
  ['at age 30', '2026-04-09', null],
  ['long after', '2027-01-01', null],
])('a night last read %s is read again at the next of its ages', (_, lastCheckedDay, expected) => {
  expect(nextRecheck('2026-03-10', lastCheckedDay)).toBe(expected);
});

test('is due from that day on, and not before', () => {
  expect(isDue('2026-03-10', '2026-03-13', '2026-03-16')).toBe(false);
  expect(isDue('2026-03-10', '2026-03-13', '2026-03-17')).toBe(true);
  expect(isDue('2026-03-10', '2026-03-13', '2026-05-01')).toBe(true);
});

test('is never due once it is settled', () => {
  expect(isDue('2026-03-10', '2026-04-09', '2026-12-31')).toBe(false);
});

test('is never due twice on one day', () => {
  for (const today of ['2026-03-11', '2026-03-12', '2026-03-17', '2026-04-09']) {
    expect(isDue('2026-03-10', today, today)).toBe(false);
  }
});
