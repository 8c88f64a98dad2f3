import { isObject } from '../aws-json.ts';
import { invalidParameters, serializationError, validationError } from './errors.ts';
import { canonicalNumber, compareNumbers, numberSize } from './numbers.ts';

/** A value in DynamoDB's JSON, such as `{ "S": "text" }`. B and the members of BS are base64 text. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Item };

export type Item = Record<string, AttributeValue>;

export const ATTRIBUTE_TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_NESTING = 32;
const MAX_ITEM_BYTES = 400 * 1024;

/** Returns the type of a value. */
export const typeOf = (value: AttributeValue): AttributeType => {
  for (const type in value) return type as AttributeType;
  throw new Error('An attribute value has no type');
};

/** Returns an attribute by its own name only: `constructor` is a valid name. */
export const attributeOf = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

/** Sets an attribute whose name may be `__proto__`. */
export const setAttribute = (item: Item, name: string, value: AttributeValue): void => {
  if (name === '__proto__')
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  else item[name] = value;
};

const nestedTooDeeply = (): Error => validationError('Nesting Levels have exceeded supported limits');

const textOf = (value: unknown): string => {
  // Keys are stored as UTF-8, in which all halves of surrogate pairs are the same.
  if (typeof value === 'string') return value.toWellFormed();
  throw serializationError('An attribute value of type S, N or B must be a string');
};

const canonicalBase64 = (value: unknown): string => {
  const text = textOf(value);
  if (text.length % 4 !== 0)
    throw serializationError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`,
    );
  if (Buffer.from(text, 'base64').toString('base64') !== text)
    throw serializationError('Invalid last non-pad Base64 character detected');
  return text;
};

const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  throw serializationError('A list or a set must be an array');
};

const SET_NAME = { SS: 'string', NS: 'number', BS: 'binary' } as const;

const parseSet = (type: 'SS' | 'NS' | 'BS', value: unknown): string[] => {
  const parse = { SS: textOf, NS: (each: unknown) => canonicalNumber(textOf(each)), BS: canonicalBase64 }[
    type
  ];
  const members = listOf(value).map(parse);
  if (members.length === 0)
    throw invalidParameters(
      type === 'BS' ? 'Binary sets should not be empty' : `An ${SET_NAME[type]} set  may not be empty`,
    );
  if (new Set(members).size < members.length) {
    if (type === 'NS') throw validationError('Input collection contains duplicates');
    const shown = `[${members.join(', ')}]`;
    throw invalidParameters(
      type === 'SS'
        ? `Input collection ${shown} contains duplicates.`
        : `Input collection ${shown}of type BS contains duplicates.`,
    );
  }
  return members;
};

/**
 * Checks a value from a request and changes its numbers to the canonical form. Throws a ValidationException, or a
 * SerializationException if the JSON has another shape.
 */
export const parseAttributeValue = (raw: unknown, depth = 0): AttributeValue => {
  if (!isObject(raw)) throw serializationError('An attribute value must be an object');
  if (depth >= MAX_NESTING) throw nestedTooDeeply();
  let found: AttributeType | undefined;
  for (const type in raw) {
    if (!(ATTRIBUTE_TYPES as readonly string[]).includes(type) || raw[type] === null) {
      delete raw[type];
      continue;
    }
    if (found !== undefined)
      throw validationError(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    found = type as AttributeType;
    raw[type] = parseTyped(found, raw[type], depth);
  }
  if (found === undefined)
    throw validationError(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  return raw as AttributeValue;
};

const parseTyped = (type: AttributeType, value: unknown, depth: number): unknown => {
  switch (type) {
    case 'S':
      return textOf(value);
    case 'N':
      return canonicalNumber(textOf(value));
    case 'B':
      return canonicalBase64(value);
    case 'BOOL':
      if (typeof value !== 'boolean') throw serializationError('A BOOL must be true or false');
      return value;
    case 'NULL':
      if (typeof value !== 'boolean') throw serializationError('A NULL must be true');
      if (!value) throw invalidParameters('Null attribute value types must have the value of true');
      return value;
    case 'SS':
    case 'NS':
    case 'BS':
      return parseSet(type, value);
    case 'L': {
      const list = listOf(value);
      for (const each of list) parseAttributeValue(each, depth + 1);
      return list;
    }
    case 'M':
      return parseItem(value, depth + 1);
  }
};

/** Checks a map of attribute values from a request. */
export const parseItem = (raw: unknown, depth = 0): Item => {
  if (!isObject(raw)) throw serializationError('A map of attribute values must be an object');
  for (const name of Object.keys(raw)) parseAttributeValue(raw[name], depth);
  return raw as Item;
};

const bytesOf = (base64: string): number => Buffer.byteLength(base64, 'base64');

const sum = <T>(values: readonly T[], size: (value: T) => number): number => {
  let total = 0;
  for (const value of values) total += size(value);
  return total;
};

const valueSize = (value: AttributeValue, depth: number): number => {
  if (depth >= MAX_NESTING) throw nestedTooDeeply();
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return bytesOf(value.B);
  if ('SS' in value) return sum(value.SS, Buffer.byteLength);
  if ('NS' in value) return sum(value.NS, numberSize);
  if ('BS' in value) return sum(value.BS, bytesOf);
  if ('L' in value) return 3 + sum(value.L, (each) => 1 + valueSize(each, depth + 1));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M, depth + 1);
  return 1;
};

/**
 * The bytes that DynamoDB counts for an item. Throws a ValidationException if it is nested too deeply, as an update can
 * nest a stored value further.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemSize = (item: Item, depth = 0): number => {
  let total = 0;
  for (const name of Object.keys(item))
    total += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue, depth);
  return total;
};

/** Returns the size of an item to store. Throws a ValidationException if it is too large. */
export const storableSize = (item: Item, message = 'Item size has exceeded the maximum allowed size') => {
  const size = itemSize(item);
  if (size > MAX_ITEM_BYTES) throw validationError(message);
  return size;
};

const sameMembers = (a: readonly string[], b: readonly string[]): boolean => {
  const members = new Set(a);
  return a.length === b.length && b.every((each) => members.has(each));
};

const sameItems = (a: Item, b: Item): boolean => {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [one, other] = [attributeOf(a, name), attributeOf(b, name)];
      return one !== undefined && other !== undefined && valuesEqual(one, other);
    })
  );
};

/** Whether two values have the same type and content. The order of a set does not count. */
export const valuesEqual = (a: AttributeValue, b: AttributeValue): boolean => {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('B' in a) return 'B' in b && a.B === b.B;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('SS' in a) return 'SS' in b && sameMembers(a.SS, b.SS);
  if ('NS' in a) return 'NS' in b && sameMembers(a.NS, b.NS);
  if ('BS' in a) return 'BS' in b && sameMembers(a.BS, b.BS);
  if ('L' in a)
    return (
      'L' in b &&
      a.L.length === b.L.length &&
      a.L.every((each, index) => valuesEqual(each, b.L[index] as AttributeValue))
    );
  return 'M' in b && sameItems(a.M, b.M);
};

/** ASCII text compares the same as its bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of ASCII
const ASCII = /^[\x00-\x7f]*$/;

const compareText = (a: string, b: string): number => {
  if (ASCII.test(a) && ASCII.test(b)) return a < b ? -1 : Number(a > b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

/** Compares two strings, numbers or binary values. `undefined` if they have different or other types. */
export const compareValues = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if ('S' in a && 'S' in b) return compareText(a.S, b.S);
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('B' in a && 'B' in b) return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return undefined;
};
