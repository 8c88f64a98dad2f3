import { type AttributeValue, typeOf } from './attribute-values.ts';
import type { BoundCondition, BoundOperand } from './bind-expression.ts';
import { invalidParameters, validationError } from './errors.ts';
import type { Comparator } from './expression-syntax.ts';
import { afterPrefix, encodeKey } from './key-codec.ts';
import { checkNotEmpty } from './keys.ts';
import type { KeyAttribute, Range, Table } from './table-store.ts';

/** A condition on one key attribute. */
type KeyCondition = {
  readonly name: string;
} & (
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly value: AttributeValue }
  | { readonly kind: 'between'; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly kind: 'begins_with'; readonly value: AttributeValue }
);

/** What a Query reads. */
export type QueryRange = Pick<Range, 'low' | 'high'> & { readonly partition: Buffer };

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  ...{ '=': '=', '<>': '<>' },
  ...{ '<': '>', '>': '<', '<=': '>=', '>=': '<=' },
};

const invalidOperator = (name: string) =>
  validationError(`Invalid operator used in KeyConditionExpression: ${name}`);

const attributeIn = (operand: BoundOperand | undefined, operator: string): string => {
  if (operand?.kind === 'call')
    throw validationError('KeyConditionExpressions cannot contain nested operations');
  if (operand?.kind !== 'path')
    throw validationError(
      `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
    );
  if (operand.path.length > 1)
    throw validationError('KeyConditionExpressions cannot have conditions on nested attributes');
  return operand.path[0];
};

const valueIn = (operand: BoundOperand | undefined): AttributeValue => {
  if (operand?.kind === 'value') return operand.value;
  if (operand?.kind === 'call')
    throw validationError('KeyConditionExpressions cannot contain nested operations');
  throw validationError(
    'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
  );
};

const comparison = (left: BoundOperand, comparator: Comparator, right: BoundOperand): KeyCondition => {
  if (comparator === '<>') throw invalidOperator('<>');
  if (left.kind === 'value' && right.kind === 'value')
    throw validationError('Invalid condition in KeyConditionExpression: No key attribute specified');
  if (left.kind === 'value') return comparison(right, MIRRORED[comparator], left);
  return { kind: 'compare', name: attributeIn(left, comparator), comparator, value: valueIn(right) };
};

/** Lists the conditions that `AND` joins. */
const conditionsIn = (condition: BoundCondition): readonly KeyCondition[] => {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.flatMap(conditionsIn);
    case 'compare':
      return [comparison(condition.left, condition.comparator, condition.right)];
    case 'between': {
      const name = attributeIn(condition.operand, 'BETWEEN');
      return [{ kind: 'between', name, low: valueIn(condition.low), high: valueIn(condition.high) }];
    }
    case 'test': {
      if (condition.name !== 'begins_with') throw invalidOperator(condition.name);
      const [operand, value] = condition.args;
      return [{ kind: 'begins_with', name: attributeIn(operand, 'begins_with'), value: valueIn(value) }];
    }
    default:
      throw invalidOperator(condition.kind.toUpperCase());
  }
};

const encoded = (value: AttributeValue, attribute: KeyAttribute): Buffer => {
  if (typeOf(value) !== attribute.type)
    throw invalidParameters('Condition parameter type does not match schema type');
  checkNotEmpty(value, attribute);
  return encodeKey(value);
};

const sortRange = (condition: KeyCondition, sort: KeyAttribute): Pick<Range, 'low' | 'high'> => {
  if (condition.kind === 'between')
    return {
      low: { key: encoded(condition.low, sort), inclusive: true },
      high: { key: encoded(condition.high, sort), inclusive: true },
    };
  const key = encoded(condition.value, sort);
  if (condition.kind === 'begins_with') {
    if (sort.type === 'N')
      throw invalidParameters('ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type');
    const end = afterPrefix(key);
    return { low: { key, inclusive: true }, ...(end && { high: { key: end, inclusive: false } }) };
  }
  const inclusive = condition.comparator.includes('=');
  const bound = { key, inclusive };
  if (condition.comparator === '=') return { low: bound, high: bound };
  return condition.comparator.startsWith('<') ? { high: bound } : { low: bound };
};

/** Returns what a key condition selects. Throws a ValidationException. */
export const queryRange = (condition: BoundCondition, { partition, sort }: Table): QueryRange => {
  const conditions = conditionsIn(condition);
  const byName = new Map(conditions.map((each) => [each.name, each]));
  if (byName.size < conditions.length)
    throw validationError('KeyConditionExpressions must only contain one condition per key');
  if (conditions.length > 2) throw validationError('Conditions can be of length 1 or 2 only');
  if (!sort && conditions.length > 1) throw validationError('Query key condition not supported');
  const onPartition = byName.get(partition.name);
  if (!onPartition) throw validationError(`Query condition missed key schema element: ${partition.name}`);
  const onSort = sort && byName.get(sort.name);
  if (conditions.length > 1 && !onSort)
    throw validationError(`Query condition missed key schema element: ${sort?.name}`);
  if (onPartition.kind !== 'compare' || onPartition.comparator !== '=')
    throw validationError('Query key condition not supported');
  return {
    partition: encoded(onPartition.value, partition),
    ...(onSort && sort && sortRange(onSort, sort)),
  };
};
