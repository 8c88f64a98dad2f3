import fc from 'fast-check';
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  encodeNumber,
  subtractNumbers,
} from '../../../../services/local/emulators/dynamodb/numbers.ts';
import { propertyRuns } from '../../../helpers/property-runs.ts';

/** Powers of ten that make every number below an integer. */
const SCALE = 200;

/** A number as text in some form, and the same number times 10^SCALE. */
const number = fc
  .record({
    negative: fc.boolean(),
    digits: fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }),
    exponent: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -130, max: 80 })),
    written: fc.constantFrom('exponent', 'zeros'),
  })
  .map(({ negative, digits, exponent, written }) => {
    const sign = negative ? '-' : '';
    const exact = digits * 10n ** BigInt(exponent + SCALE) * (negative ? -1n : 1n);
    if (written === 'exponent' || exponent < 0) return { text: `${sign}${digits}e${exponent}`, exact };
    return { text: `${sign}00${digits}${'0'.repeat(exponent)}.00`, exact };
  });

const order = (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b));

/** The canonical text of an exact number. */
const textOf = (exact: bigint): string => {
  const digits = String(exact < 0n ? -exact : exact).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${exact < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction === '' ? '' : `.${fraction}`}`;
};

/** The significant digits of a number. */
const precision = (exact: bigint): number => String(exact < 0n ? -exact : exact).replace(/0+$/, '').length;

test('every form of a number has one canonical form', () => {
  fc.assert(
    fc.property(number, ({ text, exact }) => {
      expect(canonicalNumber(text)).toBe(textOf(exact));
      expect(canonicalNumber(textOf(exact))).toBe(textOf(exact));
    }),
    propertyRuns(1000),
  );
});

test('encoded numbers sort like numbers', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const expected = order(a.exact, b.exact);
      expect(Buffer.compare(encodeNumber(a.text), encodeNumber(b.text))).toBe(expected);
      expect(Math.sign(compareNumbers(canonicalNumber(a.text), canonicalNumber(b.text)))).toBe(expected);
    }),
    propertyRuns(1000),
  );
});

test('sums and differences are exact, or rejected if they need more than 38 digits', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      for (const [operation, exact] of [
        [addNumbers, a.exact + b.exact],
        [subtractNumbers, a.exact - b.exact],
      ] as const) {
        if (precision(exact) > 38) expect(() => operation(a.text, b.text)).toThrow('38 significant digits');
        else expect(operation(a.text, b.text)).toBe(textOf(exact));
      }
    }),
    propertyRuns(300),
  );
});
