import { adjustmentFor, residualsOf, slowVariation } from '../../../services/insights/effects/controls.ts';
import { relate } from '../../../services/insights/effects/partial-effect.ts';
import { dot, extendBasis, removeProjection } from '../../../services/insights/statistics/orthonormal.ts';
import { studentP, studentQuantile } from '../../../services/insights/statistics/student.ts';
import { winsorise } from '../../../services/insights/statistics/winsorise.ts';

// The values on the right come from SciPy 1.17.1 and statsmodels 0.15.0.

const N = 40;
const series = (valueAt: (at: number) => number): Float64Array =>
  Float64Array.from({ length: N }, (_, at) => valueAt(at));
const days = series((at) => 2 * at + ((at * at) % 3) - 1 + 19_000);
const x = series((at) => ((at * 37) % 41) / 10 + Math.sin(at / 3));
const y = series((at) => 0.5 * (x[at] ?? 0) + ((at * 23) % 29) / 7 + Math.cos(at / 5));
const control = series((at) => ((at * 17) % 13) / 3);
const adjustment = adjustmentFor(slowVariation(days)).with([control]);

test('the slope, its error, t, p and the partial correlation are those of OLS with HC1 errors in statsmodels', () => {
  const [restOfX, restOfY] = [residualsOf(x, adjustment), residualsOf(y, adjustment)];
  if (!restOfX || !restOfY) throw new Error('nothing remains');
  expect(adjustment.rank).toBe(17);
  const { slope, error, t, p, rho } = relate(restOfX, restOfY, {
    freedom: N - adjustment.rank - 1,
    inflation: 1,
  });
  expect(slope).toBeCloseTo(0.535_404_205_864, 9);
  expect(error).toBeCloseTo(0.360_945_064_284, 9);
  expect(t).toBeCloseTo(1.483_339_873_139, 9);
  expect(p).toBeCloseTo(0.152_169_751_43, 9);
  expect(rho).toBeCloseTo(0.321_069_349_615, 9);
});

test('the overlap of neighbours is the sum next to the diagonal of the projection', () => {
  expect(adjustment.overlap(1)).toBeCloseTo(10.671_664_947_4, 8);
});

test.each([
  [2.5, 7, 0.040_992_218_585_75],
  [-0.3, 10, 0.770_320_607_565_8],
  [4.4, 101, 2.689_074_153_590_44e-5],
  [1, 1, 0.5],
  [6.2, 58, 6.363_804_571_24e-8],
  [2, 2, 0.183_503_419_072_27],
])('the two-sided p of t = %d with %d degrees of freedom is that of SciPy', (t, freedom, p) => {
  expect(studentP(t, freedom) / p).toBeCloseTo(1, 7);
});

test.each([
  [0.05, 10, 2.228_138_851_99],
  [0.05, 101, 1.983_731_003],
  [0.004, 80, 2.963_951_562],
  [0.4, 33, 0.852_649_424],
])('the t with p = %d and %d degrees of freedom is that of SciPy', (p, freedom, t) => {
  expect(studentQuantile(p, freedom)).toBeCloseTo(t, 5);
});

test('a basis drops columns that depend on others, and its residuals are orthogonal to them', () => {
  const sum = x.map((value, at) => value + 2 * (control[at] ?? 0));
  const basis = extendBasis([], [x.slice(), control.slice(), sum]);
  expect(basis).toHaveLength(2);
  const rest = y.slice();
  removeProjection(basis, rest);
  for (const column of [x, control, sum]) expect(dot(rest, column)).toBeCloseTo(0, 9);
});

test('slow cycles, trends and steps of a level leave almost nothing', () => {
  const year = Float64Array.from({ length: 180 }, (_, at) => 2 * at);
  const slow = slowVariation(year);
  for (const length of [14, 21, 28, 35, 90]) {
    const cycle = year.map((day) => Math.sin((2 * Math.PI * day) / length + 1));
    const rest = residualsOf(cycle, slow);
    expect(rest ? dot(rest, rest) / dot(cycle, cycle) : 0).toBeLessThan(0.01);
  }
  const fast = year.map((day) => Math.sin((2 * Math.PI * day) / 7));
  const rest = residualsOf(fast, slow);
  expect(rest && dot(rest, rest) / dot(fast, fast)).toBeGreaterThan(0.95);
});

test('pulls a mistyped weight to the edge of the usual values, and leaves usual values alone', () => {
  const usual = Float64Array.from({ length: 21 }, (_, at) => 100 + at);
  expect(winsorise(usual)).toEqual(usual);
  const mistyped = usual.with(3, 10_000);
  expect(Math.max(...winsorise(mistyped))).toBeLessThan(150);
  // Most values are 0, as naps are.
  const naps = new Float64Array(21).with(2, 1800).with(9, 1200);
  expect(Math.max(...winsorise(naps))).toBeGreaterThan(500);
});
