import { validationError } from './errors.ts';

/** The value 0.`digits` × 10^`exponent`. Zero has no digits. Otherwise the first and the last digit are not 0. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** The significant digits that DynamoDB keeps. */
const PRECISION = 38;
/** The exponents of 9.99…E+125 and 1E-130 in the form of {@link Decimal}. */
const MAX_EXPONENT = 126;
const MIN_EXPONENT = -129;

const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
/** An integer in canonical form. A double represents every such number. */
const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

const trimZeros = (negative: boolean, digits: string, exponent: number): Decimal => {
  let first = 0;
  while (first < digits.length && digits[first] === '0') first++;
  let last = digits.length;
  while (last > first && digits[last - 1] === '0') last--;
  if (first === last) return { negative: false, digits: '', exponent: 0 };
  return { negative, digits: digits.slice(first, last), exponent: exponent - first };
};

const checkRange = (decimal: Decimal): Decimal => {
  if (decimal.exponent > MAX_EXPONENT)
    throw validationError(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  if (decimal.exponent < MIN_EXPONENT)
    throw validationError(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  if (decimal.digits.length > PRECISION)
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  return decimal;
};

const parseDecimal = (text: string): Decimal => {
  const match = NUMBER.exec(text);
  if (!match) {
    const given = text === '' ? '' : `: ${text}`;
    throw validationError(`The parameter cannot be converted to a numeric value${given}`);
  }
  const [, sign, integer = '', fraction = '', onlyFraction = '', exponent = '0'] = match;
  const digits = `${integer}${fraction}${onlyFraction}`;
  return checkRange(trimZeros(sign === '-', digits, integer.length + Number(exponent)));
};

/** Writes a number without an exponent, as DynamoDB returns it. */
const toText = ({ negative, digits, exponent }: Decimal): string => {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return `${sign}${digits}${'0'.repeat(exponent - digits.length)}`;
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
};

/** Returns the one form of a number that DynamoDB stores. Throws a ValidationException. */
export const canonicalNumber = (text: string): string =>
  SHORT_INTEGER.test(text) ? text : toText(parseDecimal(text));

const scaled = ({ negative, digits, exponent }: Decimal, scale: number): bigint => {
  const value = BigInt(digits) * 10n ** BigInt(exponent - digits.length + scale);
  return negative ? -value : value;
};

/** Adds two numbers exactly. Throws a ValidationException if DynamoDB cannot store the sum. */
export const addNumbers = (a: string, b: string): string => {
  const [one, other] = [parseDecimal(a), parseDecimal(b)];
  const scale = Math.max(one.digits.length - one.exponent, other.digits.length - other.exponent, 0);
  const sum = scaled(one, scale) + scaled(other, scale);
  const digits = String(sum < 0n ? -sum : sum);
  return toText(checkRange(trimZeros(sum < 0n, digits, digits.length - scale)));
};

export const subtractNumbers = (a: string, b: string): string =>
  addNumbers(a, b.startsWith('-') ? b.slice(1) : `-${b}`);

const ZERO = 0x80;
const POSITIVE = 0x81;
const NEGATIVE = 0x7f;

/**
 * Encodes a number so that the order of the bytes is the order of the numbers: the sign, the exponent, the digits. The
 * bytes of a negative number are inverted. Its end is marked, because the more digits follow, the smaller it is.
 */
export const encodeNumber = (text: string): Buffer => {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === '') return Buffer.from([ZERO]);
  const bytes = Buffer.allocUnsafe(digits.length + 2 + (negative ? 1 : 0));
  bytes[0] = negative ? NEGATIVE : POSITIVE;
  bytes[1] = exponent - MIN_EXPONENT;
  bytes.write(digits, 2, 'latin1');
  if (negative) {
    bytes[bytes.length - 1] = 0;
    for (let index = 1; index < bytes.length; index++) bytes[index] = ~(bytes[index] ?? 0) & 0xff;
  }
  return bytes;
};

export const compareNumbers = (a: string, b: string): number =>
  SHORT_INTEGER.test(a) && SHORT_INTEGER.test(b)
    ? Number(a) - Number(b)
    : Buffer.compare(encodeNumber(a), encodeNumber(b));

/** The bytes that DynamoDB counts for a number: about one per two digits. */
export const numberSize = (text: string): number => {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === '') return 1;
  // The digits are stored in pairs on both sides of the decimal point.
  const odd = digits.length % 2 !== 0 || (exponent - 1) % 2 !== 0;
  return 1 + Math.ceil(digits.length / 2) + (odd ? 0 : 1) + (negative ? 1 : 0);
};
