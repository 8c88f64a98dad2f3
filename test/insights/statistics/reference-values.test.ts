import { median, medianAbsoluteDeviation, sampleRankCorrelation } from 'simple-statistics';
import { adaptiveRates, falseDiscoveryRates } from '../../../services/insights/statistics/false-discovery.ts';
import { NORMAL_95, NORMAL_MAD } from '../../../services/insights/statistics/normal.ts';
import { midRanks } from '../../../services/insights/statistics/ranks.ts';
import { centreAndSpread } from '../../../services/insights/statistics/robust.ts';
import { SortedValues } from '../../../services/insights/statistics/sorted-values.ts';
import { autocorrelations, hamedRao, theilSen } from '../../../services/insights/statistics/theil-sen.ts';

// Reference values from SciPy 1.17.1, arch 8.0.0 and pymannkendall 1.4.3 on NumPy 2.4.6, each computed with the call next to
// it.

const closeTo = (expected: number) => expect.closeTo(expected, 9);

/** A first-order autoregression from a linear congruential generator: the same numbers in every language. */
const series = (n: number, phi: number): number[] => {
  let state = 1n;
  let previous = 0;
  return Array.from({ length: n }, () => {
    state = (state * 1103515245n + 12345n) % 2147483648n;
    previous = phi * previous + (Number(state) / 2147483648 - 0.5);
    return previous;
  });
};

const SERIES = [series(180, 0.6), series(100, 0), series(60, 0.8)] as const;

test('the series match the input of the reference values', () => {
  expect(SERIES.map(([first, second]) => [first, second])).toEqual([
    [closeTo(0.013870078139007092), closeTo(-0.31593664987012743)],
    [closeTo(0.013870078139007092), closeTo(-0.3242586967535317)],
    [closeTo(0.013870078139007092), closeTo(-0.31316263424232604)],
  ]);
});

describe('ranks', () => {
  test('match scipy.stats.rankdata, including ties', () => {
    // The example in SciPy's documentation: rankdata([0, 2, 3, 2]).
    expect(midRanks([0, 2, 3, 2])).toEqual([1, 2.5, 4, 2.5]);
    expect(midRanks([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])).toEqual([4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8]);
  });

  test("Spearman's rho matches scipy.stats.spearmanr, including ties", () => {
    // The example in SciPy's documentation.
    expect(sampleRankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
  });
});

describe('Theil-Sen', () => {
  test.each([
    // stats.theilslopes(y, x, 0.95)
    [
      [0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 13, 14],
      [12.1, 11.8, 12.9, 13.4, 12.7, 13.9, 14.2, 13.1, 14.8, 15.0, 14.1, 15.9],
      { slope: 0.25, low: 0.175, high: 0.3 },
    ],
    // stats.theilslopes(y, None, 0.95): many ties
    [
      [...Array(14).keys()],
      [3, 3, 4, 4, 4, 5, 3, 6, 6, 5, 7, 7, 6, 8],
      { slope: 0.36363636363636365, low: 0.25, high: 0.42857142857142855 },
    ],
    [
      [...SERIES[0].keys()],
      SERIES[0],
      { slope: -0.0005669401032265728, low: -0.0016174331170779512, high: 0.0004733636916463177 },
    ],
    [
      [...SERIES[1].keys()],
      SERIES[1],
      { slope: 5.115206298582694e-5, low: -0.001921297117535557, high: 0.002099703486281924 },
    ],
    [
      [...SERIES[2].keys()],
      SERIES[2],
      { slope: 0.008587328257386364, low: 0.0009934689065673205, high: 0.015749265288395736 },
    ],
  ])('slope and interval match scipy.stats.theilslopes (%#)', (xs, ys, { slope, low, high }) => {
    expect(theilSen(xs, ys)).toEqual({ slope: closeTo(slope), low: closeTo(low), high: closeTo(high) });
  });

  test.each([
    [SERIES[0], 3.6483941959849373],
    [SERIES[1], 1],
    [SERIES[2], 4.652488155437682],
  ])('the variance factor matches pymannkendall (%#)', (ys, factor) => {
    // mk.hamed_rao_modification_test(y, lag=10).var_s / mk.original_test(y).var_s
    const xs = [...ys.keys()];
    const correlations = autocorrelations(xs, ys, theilSen(xs, ys)?.slope ?? 0);
    expect(hamedRao(correlations, ys.length)).toBeCloseTo(factor, 9);
  });
});

test('adaptive false discovery rates match fdr_tsbky of statsmodels', () => {
  const ps = [0.001, 0.008, 0.012, 0.03, 0.041, 0.06, 0.2, 0.35, 0.5, 0.62, 0.8, 0.95];
  const expected: [number, number[]][] = [
    [0.05, [0.01155, 0.0462, 0.0462, 0.086625, 0.09471, 0.1155, 0.33]],
    [0.2, [0.0072, 0.0288, 0.0288, 0.054, 0.05904, 0.072, 0.205_714_286]],
  ];
  for (const [level, rates] of expected)
    for (const [at, rate] of rates.entries()) expect(adaptiveRates(ps, level)[at]).toBeCloseTo(rate, 8);
});

test('false discovery rates match scipy.stats.false_discovery_control', () => {
  // The example in SciPy's documentation, from Benjamini and Hochberg (1995), shuffled because order must not matter.
  const ps = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];
  const expected = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
    0.5811818181818181, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
  ];
  expect(falseDiscoveryRates(ps.toReversed()).toReversed()).toEqual(expected.map(closeTo));
});

test('the quantile of the normal distribution matches scipy.stats.norm.ppf', () => {
  expect(NORMAL_95).toBe(1.959963984540054);
});

describe('centre and spread', () => {
  test("match the median and SciPy's scaled median absolute deviation", () => {
    // stats.median_abs_deviation(y, scale='normal')
    expect(centreAndSpread(SortedValues.of(SERIES[0])).spread).toBeCloseTo(0.35854282816066196, 9);
  });

  test('match simple-statistics for any number of values, including ties', () => {
    for (let count = 1; count <= 60; count += 1) {
      const values = SERIES[0].slice(0, count).map((value) => Math.round(value * 10));
      const { centre, spread } = centreAndSpread(SortedValues.of(values));
      expect([count, centre]).toEqual([count, median(values)]);
      expect([count, spread]).toEqual([count, closeTo(NORMAL_MAD * medianAbsoluteDeviation(values))]);
    }
  });
});
