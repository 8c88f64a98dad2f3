import { isObject } from '../aws-json.ts';
import { type AttributeValue, parseAttributeValue } from './attribute-values.ts';
import { DynamoDbError, serializationError, validationError } from './errors.ts';

const NAME = /^#[A-Za-z0-9_]+$/;
const VALUE = /^:[A-Za-z0-9_]+$/;

const entriesOf = (parameter: string, given: unknown, syntax: RegExp): [string, unknown][] => {
  if (given === undefined) return [];
  if (!isObject(given)) throw serializationError(`${parameter} must be a map`);
  const entries = Object.entries(given);
  if (entries.length === 0) throw validationError(`${parameter} must not be empty`);
  for (const [key] of entries) {
    if (!syntax.test(key))
      throw validationError(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
  }
  return entries;
};

const parseName = (key: string, name: unknown): string => {
  if (typeof name !== 'string') throw serializationError('An attribute name must be a string');
  if (name === '')
    throw validationError(
      `ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`,
    );
  return name;
};

const parseValue = (key: string, value: unknown): AttributeValue => {
  try {
    return parseAttributeValue(value);
  } catch (error: unknown) {
    if (!(error instanceof DynamoDbError) || error.code !== 'ValidationException') throw error;
    throw validationError(
      `ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`,
    );
  }
};

/** ExpressionAttributeNames and ExpressionAttributeValues of a request. */
export class Placeholders {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, AttributeValue>;
  private readonly used = new Set<string>();

  /** Throws a ValidationException or a SerializationException. */
  constructor(names: unknown, values: unknown) {
    this.names = new Map(
      entriesOf('ExpressionAttributeNames', names, NAME).map(([key, name]) => [key, parseName(key, name)]),
    );
    this.values = new Map(
      entriesOf('ExpressionAttributeValues', values, VALUE).map(([key, value]) => [
        key,
        parseValue(key, value),
      ]),
    );
  }

  /** The attribute that a step of a path names. `undefined` if its placeholder is not defined. */
  name(step: string): string | undefined {
    if (!step.startsWith('#')) return step;
    this.used.add(step);
    return this.names.get(step);
  }

  value(name: string): AttributeValue | undefined {
    this.used.add(name);
    return this.values.get(name);
  }

  /** Throws a ValidationException if an expression did not use a placeholder. */
  checkAllUsed(): void {
    for (const [parameter, defined] of [
      ['ExpressionAttributeNames', this.names],
      ['ExpressionAttributeValues', this.values],
    ] as const) {
      const unused = [...defined.keys()].filter((key) => !this.used.has(key));
      if (unused.length > 0)
        throw validationError(
          `Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`,
        );
    }
  }
}
