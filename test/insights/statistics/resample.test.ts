import fc from 'fast-check';
import { mean, sampleCorrelation, standardDeviation } from 'simple-statistics';
import { detrend } from '../../../services/insights/statistics/detrend.ts';
import { falseDiscoveryRates } from '../../../services/insights/statistics/false-discovery.ts';
import { midRanks } from '../../../services/insights/statistics/ranks.ts';
import {
  blockBootstrap,
  blockPermutationP,
  drawsFrom,
} from '../../../services/insights/statistics/resample.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

/** An autoregression of `n` values around 0 with the coefficient `memory`. */
const valuesFrom = (seed: number, n: number, memory = 0): number[] => {
  const draw = drawsFrom(seed);
  let previous = 0;
  const values = Array.from({ length: n }, () => {
    previous = memory * previous + draw(2 ** 20) / 2 ** 20 - 0.5;
    return previous;
  });
  const centre = mean(values);
  return values.map((value) => value - centre);
};

describe('blockBootstrap', () => {
  const [xs, noise] = [valuesFrom(1, 200), valuesFrom(2, 200)];
  const ys = xs.map((x, at) => x + (noise[at] ?? 0));

  test('has the spread of the correlation over new samples: (1 - rho²) / √n for independent normal pairs', () => {
    const samples = blockBootstrap(xs, ys, { length: 1, count: 500, draw: drawsFrom(3) });
    const rho = sampleCorrelation(xs, ys);
    expect(mean(samples)).toBeCloseTo(rho, 1);
    expect(standardDeviation(samples)).toBeGreaterThan(0.7 * ((1 - rho ** 2) / Math.sqrt(200)));
    expect(standardDeviation(samples)).toBeLessThan(1.3 * ((1 - rho ** 2) / Math.sqrt(200)));
  });

  test('a single block as long as the history keeps the correlation', () => {
    const samples = blockBootstrap(xs, ys, { length: 200, count: 20, draw: drawsFrom(3) });
    for (const sample of samples) expect(sample).toBeCloseTo(sampleCorrelation(xs, ys), 9);
  });

  test('the spread is wider in blocks if values are autocorrelated', () => {
    const [slowX, slowY] = [valuesFrom(4, 400, 0.9), valuesFrom(5, 400, 0.9)];
    const spread = (length: number) =>
      standardDeviation(blockBootstrap(slowX, slowY, { length, count: 200, draw: drawsFrom(6) }));
    expect(spread(20)).toBeGreaterThan(1.5 * spread(1));
  });

  test('the same seed gives the same samples', () => {
    const once = () => blockBootstrap(xs, ys, { length: 5, count: 10, draw: drawsFrom(9) });
    expect(once()).toEqual(once());
  });
});

describe('blockPermutationP', () => {
  const options = (seed: number) => ({ length: 5, most: 1999, freedom: 100, draw: drawsFrom(seed) });

  test('is minimal but not 0 if one side follows the other', () => {
    const xs = valuesFrom(1, 100);
    expect(blockPermutationP(xs, xs, options(2))).toBe(1 / 2000);
    expect(
      blockPermutationP(
        xs,
        xs.map((x) => -x),
        options(2),
      ),
    ).toBe(1 / 2000);
  });

  test.each([0, 0.6])('is at most 0.05 for about one in twenty unrelated pairs (memory %d)', (memory) => {
    const ps = Array.from({ length: 200 }, (_, pair) =>
      blockPermutationP(valuesFrom(2 * pair + 1, 100, memory), valuesFrom(2 * pair + 2, 100), {
        ...options(pair),
        most: 199,
      }),
    );
    const share = ps.filter((p) => p <= 0.05).length / ps.length;
    // 0.05 ± 3 standard errors of 200.
    expect(share).toBeGreaterThan(0.004);
    expect(share).toBeLessThan(0.096);
  });

  test('values with fewer degrees of freedom need a stronger correlation', () => {
    const [xs, noise] = [valuesFrom(1, 100), valuesFrom(2, 100)];
    const ys = xs.map((x, at) => 0.2 * x + (noise[at] ?? 0));
    const p = (freedom: number) => blockPermutationP(xs, ys, { ...options(3), freedom });
    expect(p(50)).toBeGreaterThan(p(100));
  });
});

describe('detrend', () => {
  const days = 140;
  const weekdays = Array.from({ length: days }, (_, day) => day % 7);
  const noise = valuesFrom(1, days);

  test('removes a trend over months and weekday effects almost completely', () => {
    const values = weekdays.map((weekday, day) => 0.5 * day + (weekday === 6 ? 10 : 0));
    const { values: left } = detrend(values, weekdays);
    // At the ends, with neighbours on one side only, part of the trend remains.
    expect(standardDeviation(left.slice(12, -12))).toBeLessThan(0.15 * standardDeviation(values));
  });

  test('the degrees of freedom match the remaining variance of independent values', () => {
    const shares = Array.from({ length: 40 }, (_, seed) => {
      const values = valuesFrom(seed, days);
      const { values: left, freedom } = detrend(values, weekdays);
      return (standardDeviation(left) / standardDeviation(values)) ** 2 / (freedom / days);
    });
    expect(mean(shares)).toBeGreaterThan(0.97);
    expect(mean(shares)).toBeLessThan(1.03);
  });

  test('keeps proportional values proportional', () => {
    const [one, other] = [noise, noise.map((value) => 3 * value + 7)];
    expect(
      sampleCorrelation([...detrend(one, weekdays).values], [...detrend(other, weekdays).values]),
    ).toBeCloseTo(1, 9);
  });
});

test('ranks follow the order of the values, have the mean (n + 1) / 2, and are equal for equal values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 25 }), (values) => {
      const ranks = midRanks(values);
      expect(mean(ranks)).toBeCloseTo((values.length + 1) / 2, 9);
      for (const [one, value] of values.entries()) {
        for (const [other, another] of values.entries()) {
          expect(Math.sign((ranks[one] ?? 0) - (ranks[other] ?? 0))).toBe(Math.sign(value - another));
        }
      }
    }),
    propertyRuns(30),
  );
});

test('a false discovery rate is at least its p, at most 1, and in the order of the p-values', () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(p, { minLength: 1, maxLength: 50 }), (ps) => {
      const pairs = falseDiscoveryRates(ps).map((q, at) => ({ q, p: ps[at] ?? 0 }));
      expect(pairs.filter(({ q, p }) => q < p || q > 1)).toEqual([]);
      const sorted = pairs.toSorted((one, other) => one.p - other.p).map(({ q }) => q);
      expect(sorted).toEqual(sorted.toSorted((one, other) => one - other));
    }),
    propertyRuns(),
  );
});
