import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isStorable, storedAmount, storedText, surelyFits } from '../../shared/core/stored-values.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

test('a stored text is limited by its bytes of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, bytes) => {
      const isShort = Buffer.byteLength(text) <= bytes;
      expect(storedText(bytes).isValidSync(text)).toBe(isShort);
      if (surelyFits(text, bytes)) expect(isShort).toBe(true);
    }),
    propertyRuns(),
  );
});

test.each([0, 1e-130, 0.5, 1_000_000])('an amount may be %d', (value) => {
  expect(storedAmount().isValidSync(value)).toBe(true);
});

test.each([-1, 1e-131, 1_000_001, 1e20, Number.NaN])('an amount may not be %d', (value) => {
  expect(storedAmount().isValidSync(value)).toBe(false);
});

test('DynamoDB stores 0 and what is at least 1e-130', () => {
  expect([0, 1e-130, 1e-131].map(isStorable)).toEqual([true, true, false]);
});
