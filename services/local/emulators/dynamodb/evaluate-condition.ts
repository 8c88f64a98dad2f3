import { type AttributeValue, compareValues, type Item, typeOf, valuesEqual } from './attribute-values.ts';
import type { BoundCondition, BoundOperand } from './bind-expression.ts';
import { valueAt } from './document-path.ts';
import type { Comparator } from './expression-syntax.ts';

const sizeOf = (value: AttributeValue): number | undefined => {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('BS' in value) return value.BS.length;
  if ('L' in value) return value.L.length;
  return 'M' in value ? Object.keys(value.M).length : undefined;
};

const evaluate = (operand: BoundOperand, item: Item): AttributeValue | undefined => {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand.path);
  // The parser accepts no other function as an operand of a condition.
  const [argument] = operand.kind === 'call' ? operand.args : [];
  const value = argument && evaluate(argument, item);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
};

const compare = (
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean => {
  // A missing attribute differs from every value, and neither equals it nor is in order with it.
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return valuesEqual(left, right);
  if (comparator === '<>') return !valuesEqual(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[comparator];
};

const contains = (whole: AttributeValue, part: AttributeValue): boolean => {
  if ('L' in whole) return whole.L.some((each) => valuesEqual(each, part));
  if ('S' in part)
    return ('S' in whole && whole.S.includes(part.S)) || ('SS' in whole && whole.SS.includes(part.S));
  if ('N' in part) return 'NS' in whole && whole.NS.includes(part.N);
  if (!('B' in part)) return false;
  if ('B' in whole) return Buffer.from(whole.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  return 'BS' in whole && whole.BS.includes(part.B);
};

const beginsWith = (whole: AttributeValue, start: AttributeValue): boolean => {
  if ('S' in whole) return 'S' in start && whole.S.startsWith(start.S);
  if (!('B' in whole && 'B' in start)) return false;
  const bytes = Buffer.from(start.B, 'base64');
  return Buffer.from(whole.B, 'base64').subarray(0, bytes.length).equals(bytes);
};

const test = (name: string, args: readonly BoundOperand[], item: Item): boolean => {
  const [first, second] = args.map((each) => evaluate(each, item));
  if (name === 'attribute_exists') return first !== undefined;
  if (name === 'attribute_not_exists') return first === undefined;
  if (first === undefined || second === undefined) return false;
  if (name === 'attribute_type') return 'S' in second && typeOf(first) === second.S;
  return name === 'contains' ? contains(first, second) : beginsWith(first, second);
};

/** Whether an item meets a condition. A missing item is an empty one. */
export const meets = (condition: BoundCondition, item: Item): boolean => {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((each) => meets(each, item));
    case 'or':
      return condition.conditions.some((each) => meets(each, item));
    case 'not':
      return !meets(condition.condition, item);
    case 'compare':
      return compare(condition.comparator, evaluate(condition.left, item), evaluate(condition.right, item));
    case 'between': {
      const value = evaluate(condition.operand, item);
      return (
        compare('>=', value, evaluate(condition.low, item)) &&
        compare('<=', value, evaluate(condition.high, item))
      );
    }
    case 'in': {
      const value = evaluate(condition.operand, item);
      return condition.list.some((each) => compare('=', value, evaluate(each, item)));
    }
    case 'test':
      return test(condition.name, condition.args, item);
  }
};
