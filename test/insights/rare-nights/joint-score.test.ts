import { createJointScore } from '../../../services/insights/rare-nights/joint-score.ts';

/** The definition: Wilson and Hilferty's deviate of `squares` over `count` metrics, as the root mean square of 15 metrics. */
const scoreOf = (squares: number, count: number): number => {
  const deviate = (Math.cbrt(squares / count) - (1 - 2 / (9 * count))) / Math.sqrt(2 / (9 * count));
  return (1 - 2 / 135 + deviate * Math.sqrt(2 / 135)) ** 1.5;
};

/** Nights on which two metrics were both high or both low. */
const together = (nights: number) =>
  Array.from({ length: nights }, (_, night) => (night % 2 === 0 ? [1, 1] : [-1, -1]));

const after = (nights: readonly (readonly (number | null)[])[], pattern: readonly number[] = [0, 0]) => {
  const joint = createJointScore(pattern);
  for (const night of nights) joint.add(night);
  return joint;
};

test('without earlier nights, the squared deviations add up', () => {
  expect(after([]).score([3, 4])?.score).toBeCloseTo(scoreOf(25, 2), 12);
  expect(after([]).score([3, null])?.score).toBeCloseTo(scoreOf(9, 1), 12);
  expect(after([]).score([null, null])).toBeUndefined();
});

test('metrics that move together count less together, and more apart', () => {
  // A correlation of 1, shrunk by 0.35: the squared Mahalanobis distance of (a, a) is 2 a² / 1.65, that of (a, -a) 2 a² / 0.35.
  const joint = after(together(365));
  expect(joint.score([1.5, 1.5])?.score).toBeCloseTo(scoreOf(4.5 / 1.65, 2), 12);
  expect(joint.score([1.5, -1.5])?.score).toBeCloseTo(scoreOf(4.5 / 0.35, 2), 12);
});

test('correlations of few nights are shrunk more', () => {
  // 2 metrics and 2 nights: shrunk by 2 / 4.
  expect(after(together(2)).score([1.5, -1.5])?.score).toBeCloseTo(scoreOf(4.5 / 0.5, 2), 12);
});

test('correlations come from the last 365 nights', () => {
  const apart = Array.from({ length: 100 }, () => [3, -3]);
  expect(after([...apart, ...together(365)]).score([1, 2])).toEqual(after(together(365)).score([1, 2]));
});

test('a deviation towards the pattern counts at least as much as alone', () => {
  const joint = after([], [1, -1, 0, 0, 0, 0]);
  const night = [1.5, -1.5, 0, 0, 0, 0];
  expect(joint.score(night)?.towards).toBeCloseTo(3 / Math.SQRT2, 12);
  expect(joint.score(night)?.score).toBeCloseTo(
    (1 - 2 / 135 + (3 / Math.SQRT2) * Math.sqrt(2 / 135)) ** 1.5,
    12,
  );
  expect(joint.score([-1.5, 1.5, 0, 0, 0, 0])?.score).toBeCloseTo(Math.max(scoreOf(4.5, 6), 0), 12);
});
