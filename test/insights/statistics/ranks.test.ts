import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { falseDiscoveryRates } from '../../../services/insights/statistics/false-discovery.ts';
import { midRanks } from '../../../services/insights/statistics/ranks.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

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
