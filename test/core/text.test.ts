import { capitalized, compareText, estimate, estimates, plural, signed } from '../../shared/core/text.ts';

test.each([
  [0, '0 nights'],
  [1, '1 night'],
  [2, '2 nights'],
])('counts %i with the right plural', (count, text) => {
  expect(plural(count, 'night')).toBe(text);
});

test.each([
  [1.52, 1, '+1.5'],
  [-0.3, 1, '−0.3'],
  [-0.04, 1, '0.0'],
  [0.04, 1, '0.0'],
  [0, 2, '0.00'],
  [-12, 0, '−12'],
])('writes %p with %i digits as %s', (value, digits, text) => {
  expect(signed(value, digits)).toBe(text);
});

test.each([
  [423.7, '420'],
  [-1267, '−1,300'],
  [0.0837, '0.084'],
  [1, '1'],
  [-0, '0'],
])('writes the estimate %p as %s', (value, text) => {
  expect(estimate(value)).toBe(text);
});

test.each([
  [
    [98, 734],
    ['100', '730'],
  ],
  [
    [-77, 190],
    ['−80', '190'],
  ],
  [
    [-20, 2.4],
    ['−20', '2'],
  ],
  [
    [-0.059, 1.4],
    ['−0.06', '1.40'],
  ],
  [
    [0.46, 1.8],
    ['0.5', '1.8'],
  ],
  [
    [-0.03, 1.83],
    ['−0.03', '1.83'],
  ],
  [
    [-2.04, 1.3],
    ['−2.0', '1.3'],
  ],
  [
    [0, 5],
    ['0', '5'],
  ],
] as const)('writes the ends %j as %j', (ends, texts) => {
  expect(estimates(ends)).toEqual(texts);
});

test('capitalizes only the first letter', () => {
  expect(capitalized('time in bed, REM')).toBe('Time in bed, REM');
  expect(capitalized('')).toBe('');
});

test('sorts by code unit, as no locale does', () => {
  expect(['b', 'ä', 'a', 'B', 'a'].sort(compareText)).toEqual(['B', 'a', 'a', 'b', 'ä']);
  expect(compareText('a', 'a')).toBe(0);
});
