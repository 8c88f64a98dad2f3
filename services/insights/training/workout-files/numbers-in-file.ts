import { POUNDS_PER_KILOGRAM } from '../../../../shared/core/weight.ts';
import { keyOf, languages, lazy, plainText } from './phone-languages.ts';
import { InvalidRow } from './workout-file-unusable.ts';

/** The unit of the weights in a file. */
export type WeightUnit = 'kg' | 'lb';

/** Whether a file states a unit or, for at least one set, the user has given it. */
export type UnitOrigin = 'stated' | 'given';

/** Parses a number. Empty is 0: a set without weight. Throws {@link InvalidRow}. */
export const numberIn = (text: string, what: string, decimalComma: boolean): number => {
  // Spaces and apostrophes only separate thousands.
  const plain = plainText(text)
    .replace(/(\d)[\s'’](?=\d{3})/g, '$1')
    .replace('−', '-')
    .trim();
  if (plain === '') return 0;
  const [, sign = '', whole = '', separator, fraction = ''] =
    /^(-?)(\d{1,6})(?:([.,])(\d+))?$/.exec(plain) ?? [];
  if (whole === '') return mixedNumberIn(plain, text, what);
  // 1,250 can be more than a thousand, unless the comma separates no columns.
  if (separator === ',' && !decimalComma && fraction.length === 3 && whole !== '0')
    throw new InvalidRow(`${what} "${text}" can be ${whole}${fraction} or ${whole}.${fraction}`);
  return Number(`${sign}${whole}.${fraction}`);
};

/** As {@link numberIn}, but NaN for what is no number: the set counts without it. */
export const numberOrNaN = (text: string, decimalComma: boolean): number => {
  try {
    return numberIn(text, '', decimalComma);
  } catch (error: unknown) {
    if (error instanceof InvalidRow) return Number.NaN;
    throw error;
  }
};

/** A number with both separators: the last one is the decimal one. */
const mixedNumberIn = (plain: string, text: string, what: string): number => {
  const isMixed = /^-?\d{1,3}(,\d{3})+\.\d+$/.test(plain) || /^-?\d{1,3}(\.\d{3})+,\d+$/.test(plain);
  const [, whole = '', fraction = ''] = /^(.*)[.,](\d+)$/.exec(plain) ?? [];
  const digits = whole.replace(/[.,]/g, '');
  if (!isMixed || digits.length > 7) throw new InvalidRow(`${what} "${text}" is not a number`);
  return Number(`${digits}.${fraction}`);
};

/** Converts to pounds, rounded to four decimals. */
export const pounds = (weight: number, unit: WeightUnit): number =>
  Math.round(weight * (unit === 'kg' ? POUNDS_PER_KILOGRAM : 1) * 10_000) / 10_000;

/** Names of units that ICU does not have. */
const OTHER_NAMES = {
  kgs: 'kilogram',
  kilo: 'kilogram',
  kilos: 'kilogram',
  lbs: 'pound',
  meters: 'meter',
} as const;

/** Units of weight in kilograms or pounds, and of distance in meters. */
const WEIGHTS = { kilogram: 'kg', pound: 'lb' } as const;
const METERS = { meter: 1, kilometer: 1000, mile: 1609.344, yard: 0.9144, foot: 0.3048 } as const;
type Unit = keyof typeof WEIGHTS | keyof typeof METERS;
const UNITS = [...Object.keys(WEIGHTS), ...Object.keys(METERS)] as Unit[];

/** Amounts that have the forms of a unit in most languages. */
const AMOUNTS = [1, 2, 5];

/** The names of the units in all languages, by their tokens. */
const unitNames = lazy((): ReadonlyMap<string, Unit> => {
  const names = new Map<string, Unit>();
  for (const language of languages()) {
    for (const unitDisplay of ['long', 'short'] as const) {
      for (const unit of UNITS) {
        const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay });
        for (const amount of AMOUNTS) {
          const part = format.formatToParts(amount).find(({ type }) => type === 'unit');
          if (part) names.set(keyOf(part.value), unit);
        }
      }
    }
  }
  // Signs such as ′.
  names.delete('');
  return new Map([...names, ...Object.entries(OTHER_NAMES)]);
});

const isWeight = (unit: Unit): unit is keyof typeof WEIGHTS => Object.hasOwn(WEIGHTS, unit);

/** The unit of weight with this name in any language; undefined if there is none. */
export const unitCalled = (name: string): WeightUnit | undefined => {
  const unit = unitNames().get(keyOf(name));
  return unit && isWeight(unit) ? WEIGHTS[unit] : undefined;
};

/** Meters in the unit of distance with this name; undefined if there is none. */
export const metersIn = (name: string): number | undefined => {
  const unit = unitNames().get(keyOf(name));
  return unit && !isWeight(unit) ? METERS[unit] : undefined;
};

const SECONDS: Readonly<Record<string, number>> = { h: 3600, s: 3600, u: 3600, ч: 3600, m: 60, м: 60 };

/**
 * Parses a duration: seconds (`3900`, `90.0`), `0:01:30`, `1h 5m`, `35m`, `1 Std. 5 Min.`. Undefined without one, or for an
 * unknown form.
 */
export const secondsIn = (text: string): number | undefined => {
  const plain = plainText(text).trim().toLowerCase().replace(',', '.');
  if (/^\d+(\.\d+)?$/.test(plain)) return Number(plain) || undefined;
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(plain);
  if (clock) {
    const [, hours = 0, minutes, seconds] = clock;
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) || undefined;
  }
  if (!/^(\d+ ?\p{L}+\.? ?)+$/u.test(plain)) return undefined;
  const parts = [...plain.matchAll(/(\d+) ?(\p{L}+)/gu)].map(([, amount, unit = '']) => {
    // "s", "sec" and "Sek." are seconds, but "Std." is an hour.
    const isSecond = /^s(?!t)|^с/u.test(unit);
    return Number(amount) * (isSecond ? 1 : (SECONDS[unit.charAt(0)] ?? Number.NaN));
  });
  return parts.reduce((sum, seconds) => sum + seconds, 0) || undefined;
};
