import { isObject } from '../aws-json.ts';
import { serializationError, validationError } from './errors.ts';

/** The members of a request or of a structure in it. */
export type Members = Readonly<Record<string, unknown>>;

const present = (members: Members, name: string): unknown => {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  return value === null ? undefined : value;
};

/** Each reads an optional member and throws a SerializationException if it has another type. */
export const optionalText = (members: Members, name: string): string | undefined => {
  const value = present(members, name);
  if (value === undefined || typeof value === 'string') return value;
  throw serializationError(`${name} must be a string`);
};

export const optionalFlag = (members: Members, name: string): boolean | undefined => {
  const value = present(members, name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw serializationError(`${name} must be true or false`);
};

const optionalInteger = (members: Members, name: string): number | undefined => {
  const value = present(members, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number') return Math.floor(value);
  throw serializationError(`${name} must be a number`);
};

export const optionalList = (members: Members, name: string): readonly unknown[] | undefined => {
  const value = present(members, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw serializationError(`${name} must be a list`);
};

export const optionalMembers = (members: Members, name: string): Members | undefined => {
  const value = present(members, name);
  return value === undefined ? undefined : asMembers(value, name);
};

export const asMembers = (value: unknown, name: string): Members => {
  if (isObject(value)) return value;
  throw serializationError(`${name} must be an object`);
};

/** The error of a member that breaks a constraint of its type, as AWS words it. */
const constraintError = (value: unknown, at: string, constraint: string) => {
  const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`;
  return validationError(
    `1 validation error detected: Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`,
  );
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Returns a required member. Throws a ValidationException if it is missing. */
export const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw constraintError(undefined, lowerFirst(name), 'Member must not be null');
  return value;
};

/** Reads a member that is one of `values`. */
export const optionalChoice = <T extends string>(
  members: Members,
  name: string,
  values: readonly T[],
): T | undefined => {
  const text = optionalText(members, name);
  if (text === undefined) return undefined;
  const choice = values.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw constraintError(text, lowerFirst(name), `Member must satisfy enum value set: [${values.join(', ')}]`);
};

/** Reads an integer with a lower and an upper bound. */
export const optionalBounded = (
  members: Members,
  name: string,
  { min, max = Number.POSITIVE_INFINITY }: { readonly min: number; readonly max?: number },
): number | undefined => {
  const value = optionalInteger(members, name);
  if (value === undefined) return undefined;
  const at = lowerFirst(name);
  if (value < min) throw constraintError(value, at, `Member must have value greater than or equal to ${min}`);
  if (value > max) throw constraintError(value, at, `Member must have value less than or equal to ${max}`);
  return value;
};

/** Checks the length of a list or of a map. */
export const checkLength = (length: number, at: string, shown: unknown, min: number, max: number): void => {
  const bound = length < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  if (length < min || length > max) throw constraintError(shown, at, `Member must have length ${bound}`);
};

const TABLE_NAME = /^[a-zA-Z0-9_.-]+$/;
const TABLE_ARN = /^arn:[a-z-]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;

/** Returns the name in a table name or a table ARN. */
export const tableNameIn = (given: string): string => TABLE_ARN.exec(given)?.[1] ?? given;

/**
 * Reads a table name, which may also be the ARN of a table. The operations on tables word two of the errors in another
 * way than those on items.
 */
export const tableName = (members: Members, operationOn: 'table' | 'items' = 'items'): string => {
  const given = optionalText(members, 'TableName');
  if (given === undefined && operationOn === 'table')
    throw validationError("The parameter 'TableName' is required but was not present in the request");
  const name = tableNameIn(required(given, 'TableName'));
  if (operationOn === 'table' && (name.length < 3 || name.length > 255))
    throw validationError('TableName must be at least 3 characters long and at most 255 characters long');
  if (!TABLE_NAME.test(name))
    throw constraintError(
      name,
      'tableName',
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
    );
  checkLength(name.length, 'tableName', name, 3, 255);
  return name;
};

/** The parameters from before expressions, with what replaces each. */
const LEGACY: Readonly<Record<string, string>> = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  ConditionalOperator: 'AND and OR in expressions',
  Expected: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
};

/** Rejects legacy parameters, which AWS replaced by expressions in 2014. Throws a ValidationException. */
export const rejectLegacy = (members: Members): void => {
  for (const [name, replacement] of Object.entries(LEGACY)) {
    if (present(members, name) !== undefined)
      throw validationError(
        `The local runtime does not support the legacy parameter ${name}: use ${replacement}`,
      );
  }
};
