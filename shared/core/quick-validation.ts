// IMPORTANT: used by the bundled Lambda functions. No I/O, no AWS SDK.
import { type AnySchema, ArraySchema, ObjectSchema, Schema, type SchemaDescription } from 'yup';
import { isDay } from './day.ts';
import { isInstant } from './sleep-record.ts';
import { isStorable, surelyFits } from './stored-values.ts';

type Check = (value: unknown) => boolean;
type Test = SchemaDescription['tests'][number];

const NUMBER_TESTS: Readonly<Record<string, (limit: number) => (value: number) => boolean>> = {
  min: (limit) => (value) => value >= limit,
  more: (limit) => (value) => value > limit,
  max: (limit) => (value) => value <= limit,
};

/** The check of one test of a schema; undefined if it is unknown here. */
const checkOfTest = (type: string, { name = '', params = {} }: Test): Check | undefined => {
  if (type === 'number') {
    if (name === 'integer') return Number.isInteger;
    if (name === 'storable') return isStorable as Check;
    // `positive()` is a `min` with the parameter `more`.
    const [[kind, limit] = [], ...others] = Object.entries(params);
    const test = NUMBER_TESTS[kind ?? ''];
    const isKnown = test && typeof limit === 'number' && others.length === 0;
    return isKnown ? (test(limit) as Check) : undefined;
  }
  if (type !== 'string') return undefined;
  switch (name) {
    case 'required':
      return (value) => (value as string).length > 0;
    case 'length': {
      const { length } = params;
      return (value) => (value as string).length === length;
    }
    case 'bytes': {
      const { bytes } = params;
      return (value) => surelyFits(value as string, bytes as number);
    }
    case 'trim':
      return (value) => value === (value as string).trim();
    case 'instant':
      return isInstant;
    case 'day':
      return isDay;
    default:
      return undefined;
  }
};

/** yup decides. */
const unknown: Check = () => false;

const compileInner = (schema: unknown): Check => (schema instanceof Schema ? compile(schema) : unknown);

/** A check of the type, and of the parts of an object or array. */
const checkOfParts = (schema: AnySchema): Check => {
  if (schema instanceof ObjectSchema) {
    const fields = Object.entries(schema.fields).map(([name, field]) => [name, compileInner(field)] as const);
    return (value) => {
      // Other objects, such as a Set, are none for yup.
      if (Object.getPrototypeOf(value) !== Object.prototype) return false;
      for (const [name, check] of fields) if (!check((value as Record<string, unknown>)[name])) return false;
      return true;
    };
  }
  if (schema instanceof ArraySchema) {
    const check = compileInner(schema.innerType);
    return (value) => {
      if (!Array.isArray(value)) return false;
      // `every` would skip the holes of a sparse array.
      for (const item of value) if (!check(item)) return false;
      return true;
    };
  }
  const isKnown = ['number', 'string', 'boolean', 'mixed'].includes(schema.type);
  return isKnown ? (value) => schema.isType(value) : unknown;
};

/** A check that accepts only what `schema` accepts in strict mode. What this code does not know, it does not accept. */
const compile = (schema: AnySchema): Check => {
  const { type, nullable, optional, oneOf, notOneOf, tests } = schema.describe() as SchemaDescription;
  const checks = tests.flatMap((test) => checkOfTest(type, test) ?? []);
  // A schema with dependencies has conditions (`when`), which the description does not show.
  if (schema.deps.length > 0 || notOneOf.length > 0 || checks.length < tests.length) return unknown;
  const parts = checkOfParts(schema);
  if (oneOf.length > 0) checks.push((value) => oneOf.includes(value));
  return (value) => {
    if (value === undefined) return optional;
    if (value === null) return nullable;
    if (!parts(value)) return false;
    for (const check of checks) if (!check(value)) return false;
    return true;
  };
};

const compiled = new WeakMap<AnySchema, Check>();

/**
 * Whether `value` is certainly valid by `schema` in strict mode. If not, it can still be valid: let yup decide, which also
 * says what is wrong. yup takes 5 µs for each field, also of valid values, and ten years of nights have 200,000.
 */
export const isSurelyValid = (schema: AnySchema, value: unknown): boolean => {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = compile(schema);
    compiled.set(schema, check);
  }
  return check(value);
};
