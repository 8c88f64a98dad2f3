import { sleepDebt } from '../../../services/insights/features/sleep-debt.ts';

const usual = (nights: number): number[] => Array.from({ length: nights }, () => 27_000);

test('seven nights that are an hour short make a debt of seven hours', () => {
  expect(sleepDebt([...usual(90), ...Array.from({ length: 7 }, () => 23_400)])).toBe(7 * 3600);
});

test('a longer night reduces the debt, which can become negative', () => {
  expect(sleepDebt([...usual(90), ...usual(5), 23_400, 30_600])).toBe(0);
  expect(sleepDebt([...usual(90), ...usual(6), 30_600])).toBeCloseTo(-3600);
});

test('a missing night counts as the mean of the others', () => {
  expect(sleepDebt([...usual(90), null, 23_400, 23_400, 23_400, 23_400, 23_400, null])).toBe(7 * 3600);
});

test('is null with fewer than 5 of the 7 nights, or 14 of the 90 before them', () => {
  expect(sleepDebt([...usual(90), null, null, null, ...usual(4)])).toBeNull();
  expect(sleepDebt([...usual(13), ...usual(7)])).toBeNull();
  expect(sleepDebt([...usual(14), ...usual(7)])).toBe(0);
});

test('ignores nights more than 97 days back', () => {
  expect(sleepDebt([...Array.from({ length: 200 }, () => 40_000), ...usual(97)])).toBe(0);
});
