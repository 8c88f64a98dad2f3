import { createRarity } from '../../../services/insights/rare-nights/rarity.ts';

/** The i-th of 100 quantiles of a Pareto distribution. */
const pareto = (index: number, tail: number): number => (1 - (index + 0.5) / 100) ** -tail;

const afterScores = (scores: readonly number[]) => {
  const rarity = createRarity();
  for (const score of scores) rarity.add(score);
  return rarity;
};
const hundred = (tail: number) => Array.from({ length: 100 }, (_, index) => pareto(index, tail));

test('the rarity follows the trimmed Hill estimate of Bhattacharya, Kallitsis and Stoev', () => {
  // NumPy 2.4.6, with x the 100 quantiles in descending order: k, k0 = 20, 4; X = lambda i: x[i - 1];
  // xi = (k0 + 1) / (k - k0) * log(X(k0 + 1) / X(k + 1)) + sum(log(X(i) / X(k + 1)) for i in range(k0 + 2, k + 1)) / (k - k0)
  // gives 0.20018029665117243, and 5 * (3 / X(k + 1)) ** (1 / xi) the rarity of a score of 3.
  expect(afterScores(hundred(0.2)).nightsFor(3)).toBeCloseTo(248.19977039452422, 8);
});

test('a score in the lower four fifths comes every five nights or more often', () => {
  const rarity = afterScores(hundred(0.2));
  expect(rarity.nightsFor(1)).toBe(5);
  expect(rarity.nightsFor(pareto(78, 0.2))).toBe(5);
  expect(rarity.nightsFor(pareto(90, 0.2))).toBeGreaterThan(5);
});

test('four extreme scores in 100 do not change the rarity of others', () => {
  const scores = hundred(0.2);
  const ill = [...scores.slice(0, 96), 20, 30, 40, 50];
  expect(afterScores(ill).nightsFor(3)).toBe(afterScores(scores).nightsFor(3));
});

test('the heavier the tail of the earlier scores, the less rare is a high one', () => {
  const nights = [0.1, 0.2, 0.4].map((tail) => afterScores(hundred(tail)).nightsFor(4));
  expect(nights).toEqual(nights.toSorted((one, other) => other - one));
});

test('simulated scores stand in for the first hundred, and leave one by one', () => {
  const first = createRarity().nightsFor(2);
  expect(first).toBeGreaterThan(91);
  expect(createRarity().nightsFor(1.5)).toBeLessThan(91);
  const known = Array.from({ length: 8 }, (_, count) =>
    afterScores(hundred(0.4).slice(0, 10 * count)).nightsFor(2),
  );
  expect(new Set(known).size).toBeGreaterThan(1);
});

test('the rarity of scores that do not vary is finite', () => {
  const same = afterScores(new Array(100).fill(1));
  expect(same.nightsFor(1)).toBe(5);
  expect(same.nightsFor(1.5)).toBeGreaterThan(1000);
  expect(Number.isFinite(same.nightsFor(1.5))).toBe(true);
});

test('the scores before count without the simulated ones', () => {
  expect(createRarity().before(1)).toEqual({ count: 0, hasHigher: false });
  const rarity = afterScores([1, 3, 2]);
  expect(rarity.before(3.1)).toEqual({ count: 3, hasHigher: false });
  expect(rarity.before(2.9)).toEqual({ count: 3, hasHigher: true });
});
