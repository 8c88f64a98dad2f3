/** `1 night`, `2 nights`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** A number with its sign: `+1.5`, `−0.3`, but `0.0` without one. */
export const signed = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  return `${Number(text) === 0 ? '' : value < 0 ? '−' : '+'}${text}`;
};

const twoDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2, signDisplay: 'negative' });

/** An estimate to two digits, because more would mean nothing: `420`, `−1,300`, `0.084`. */
export const estimate = (value: number): string => twoDigits.format(value).replace('-', '−');

/**
 * The ends of a range, as {@link estimate}. The smaller one is rounded like the larger one, but keeps a digit. Both have the
 * same decimals.
 */
export const estimates = ([low, high]: readonly [number, number]): readonly [string, string] => {
  const exponent = (value: number): number => Math.floor(Math.log10(Math.abs(value) || 1));
  const largest = Math.max(exponent(low), exponent(high));
  const rounded = (end: number): string =>
    estimate(exponent(end) < largest ? Number(end.toPrecision(1)) : end);
  const texts = [rounded(low), rounded(high)] as const;
  const digits = Math.max(...texts.map((text) => text.split('.')[1]?.length ?? 0));
  if (digits === 0) return texts;
  const fixed = (end: number): string => `${end < 0 ? '−' : ''}${Math.abs(end).toFixed(digits)}`;
  return [fixed(low), fixed(high)];
};

/** Capitalizes the first letter of `text`. */
export const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Compares by code unit, for `sort`: the order is the same in every locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
