import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SortedValues } from '../../../services/insights/statistics/sorted-values.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const listOf = (sorted: SortedValues): number[] =>
  Array.from({ length: sorted.length }, (_, place) => sorted.at(place));

test('a moving window has its values in ascending order', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (series, width) => {
      const window = new SortedValues(2);
      for (const [at, value] of series.entries()) {
        const left = series[at - width];
        if (left !== undefined) window.remove(left);
        window.add(value);
        const inWindow = series.slice(Math.max(0, at + 1 - width), at + 1);
        // -0 and 0 are equal, so either may come first.
        expect(listOf(window).map((one) => one + 0)).toEqual(
          inWindow.sort((one, other) => one - other).map((one) => one + 0),
        );
      }
    }),
    propertyRuns(),
  );
});

test('holds none after clear', () => {
  const values = SortedValues.of([2, 1]);
  values.clear();
  values.add(3);
  expect(listOf(values)).toEqual([3]);
});
