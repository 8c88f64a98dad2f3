import { type AnySchema, type InferType, number, object, string, ValidationError } from 'yup';
import type { Collection, RawRecord } from '../collections.ts';
import { isSurelyValid } from '../quick-validation.ts';
import { instantSchema } from '../sleep-record.ts';
import type { Remark } from './remarks.ts';

const MOST_RATE = 100_000;

// Bounds reject values that are impossible or that a table cannot store (JSON's 1e999).
export const field = {
  text: () => string().strict().min(1),
  instant: () => instantSchema(),
  /** Seconds or a count. Oura sends whole numbers; a fraction is accepted. */
  amount: () => number().strict().min(0).max(Number.MAX_SAFE_INTEGER),
  /** A score or a percentage. */
  rating: () => number().strict().min(0).max(100),
  /** Beats or breaths per minute, or milliseconds. */
  rate: () => number().strict().min(0).max(MOST_RATE),
  temperatureDeviation: () => number().strict().min(-100).max(100),
  object: () => object().strict().default(undefined),
};

/** Whether a value is valid for `field.rate`. A year of nights has 100,000 samples, and yup takes 10 µs for each. */
export const isRate = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MOST_RATE;

type Fields = Readonly<Record<string, AnySchema>>;

/** The usable values of a record; null for a value that is absent, null or unusable. */
export type Parsed<F extends Fields> = { readonly [Name in keyof F]: NonNullable<InferType<F[Name]>> | null };

/** Fields whose values were unusable, with the reason, e.g. `must be at most 100`. */
export type Unusable = ReadonlyMap<string, string>;

const article = (type: unknown) => (/^[aio]/.test(String(type)) ? `an ${type}` : `a ${type}`);

/** The reason, by the kind of test that failed, because yup's own messages repeat the value. */
const reasonOf = ({ type, params = {} }: ValidationError): string => {
  switch (type) {
    case 'typeError':
      return `must be ${article(params['type'])}`;
    case 'min':
      return params['min'] === 1 ? 'must not be empty' : `must be at least ${params['min']}`;
    case 'max':
      return `must be at most ${params['max']}`;
    case 'instant':
      return 'must be an ISO 8601 time with offset';
    default:
      return 'is not as documented';
  }
};

/** A decimal number, as JSON, spreadsheets and languages print one; no thousands separators, which are ambiguous. */
const NUMBER_AS_TEXT = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/** Whether the value is a number as text, which is read as a number. */
export const isNumberAsText = (value: unknown): value is string =>
  typeof value === 'string' && NUMBER_AS_TEXT.test(value);

/**
 * Parses each field by itself, so that a bad value costs only itself: it becomes null, with a remark. A number as text is
 * read as a number, with a remark.
 * @param path collection and path of the record, e.g. `daily_sleep.contributors`
 */
export const parseFields = <F extends Fields>(
  fields: F,
  record: RawRecord,
  path: Collection | `${Collection}.${string}`,
): { values: Parsed<F>; unusable: Unusable; remarks: Remark[] } => {
  const values: Record<string, unknown> = {};
  const unusable = new Map<string, string>();
  const remarks: Remark[] = [];
  for (const [name, schema] of Object.entries(fields)) {
    let value = record[name] ?? null;
    const isConverted = schema.type === 'number' && isNumberAsText(value);
    if (isConverted) value = Number(value);
    try {
      if (value !== null && !isSurelyValid(schema, value)) schema.validateSync(value, { strict: true });
      if (isConverted) {
        remarks.push({ kind: 'converted_value', field: `${path}.${name}`, detail: 'must be a number' });
      }
      values[name] = value;
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      const reason = reasonOf(error);
      unusable.set(name, reason);
      remarks.push({ kind: 'unusable_value', field: `${path}.${name}`, detail: reason });
      values[name] = null;
    }
  }
  return { values: values as Parsed<F>, unusable, remarks };
};
