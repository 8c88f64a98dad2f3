import { type AttributeValue, attributeOf, type Item, setAttribute, typeOf } from './attribute-values.ts';
import type { BoundClause, BoundOperand } from './bind-expression.ts';
import { memberOf, type Path, valueAt } from './document-path.ts';
import { validationError } from './errors.ts';
import { addNumbers, subtractNumbers } from './numbers.ts';

const incorrectType = () => validationError('An operand in the update expression has an incorrect data type');

const evaluate = (operand: BoundOperand, item: Item): AttributeValue => {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = valueAt(item, operand.path);
      if (value === undefined)
        throw validationError(
          'The provided expression refers to an attribute that does not exist in the item',
        );
      // A copy, because another clause may change the original.
      return 'M' in value || 'L' in value ? structuredClone(value) : value;
    }
    case 'arithmetic': {
      const [left, right] = [evaluate(operand.left, item), evaluate(operand.right, item)];
      if (!('N' in left && 'N' in right)) throw incorrectType();
      return { N: (operand.operator === '+' ? addNumbers : subtractNumbers)(left.N, right.N) };
    }
    case 'call':
      return evaluateCall(operand.name, operand.args as readonly [BoundOperand, BoundOperand], item);
  }
};

const evaluateCall = (
  name: string,
  [first, second]: readonly [BoundOperand, BoundOperand],
  item: Item,
): AttributeValue => {
  if (name === 'if_not_exists')
    return (first.kind === 'path' ? valueAt(item, first.path) : undefined) ?? evaluate(second, item);
  const [left, right] = [evaluate(first, item), evaluate(second, item)];
  if (!('L' in left && 'L' in right)) throw incorrectType();
  return { L: [...left.L, ...right.L] };
};

/** The map or the list that directly holds the value at a path. */
const parentOf = (item: Item, path: Path): AttributeValue => {
  let parent: AttributeValue | undefined = { M: item };
  for (const step of path.slice(0, -1)) parent = parent && memberOf(parent, step);
  if (parent && (typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent)) return parent;
  throw validationError('The document path provided in the update expression is invalid for update');
};

/** The sum of two numbers, or the union of two sets. */
const added = (existing: AttributeValue | undefined, value: AttributeValue): AttributeValue => {
  if (existing === undefined) return value;
  if ('N' in value && 'N' in existing) return { N: addNumbers(existing.N, value.N) };
  for (const type of SET_TYPES) {
    const [one, other] = [membersOf(existing, type), membersOf(value, type)];
    if (one && other) return { [type]: [...new Set([...one, ...other])] } as AttributeValue;
  }
  throw incorrectType();
};

/** The rest of a set, `undefined` if nothing is left. */
const without = (existing: AttributeValue, value: AttributeValue): AttributeValue | undefined => {
  for (const type of SET_TYPES) {
    const [one, other] = [membersOf(existing, type), membersOf(value, type)];
    if (!one || !other) continue;
    const rest = one.filter((each) => !other.includes(each));
    return rest.length > 0 ? ({ [type]: rest } as AttributeValue) : undefined;
  }
  throw incorrectType();
};

const SET_TYPES = ['SS', 'NS', 'BS'] as const;

const membersOf = (value: AttributeValue, type: (typeof SET_TYPES)[number]): string[] | undefined =>
  typeOf(value) === type ? (Object.values(value)[0] as string[]) : undefined;

interface ListChange {
  readonly list: AttributeValue[];
  readonly index: number;
  /** Missing for a removal. */
  readonly value?: AttributeValue;
}

/** What a clause stores at its path, `undefined` to remove the value there. */
const outcomeOf = (
  { action, value }: BoundClause,
  existing: AttributeValue | undefined,
  item: Item,
): AttributeValue | undefined => {
  if (!value) return undefined;
  const operand = evaluate(value, item);
  if (action === 'SET') return operand;
  if (action === 'ADD') return added(existing, operand);
  return existing && without(existing, operand);
};

/**
 * Applies an update to `item`. All operands refer to the item before the update, and so do all indexes of lists: values
 * beyond the end of a list are appended, after the removals. Throws a ValidationException.
 */
export const applyUpdate = (clauses: readonly BoundClause[], item: Item): void => {
  const planned = clauses.map((clause) => {
    const parent = parentOf(item, clause.path);
    const step = clause.path.at(-1) as string | number;
    return { parent, step, outcome: outcomeOf(clause, memberOf(parent, step), item) };
  });
  const listChanges: ListChange[] = [];
  for (const { parent, step, outcome } of planned) {
    if ('M' in parent && typeof step === 'string') {
      if (outcome) setAttribute(parent.M, step, outcome);
      else if (attributeOf(parent.M, step)) delete parent.M[step];
    } else if ('L' in parent && typeof step === 'number') {
      if (outcome && step < parent.L.length) parent.L[step] = outcome;
      else listChanges.push({ list: parent.L, index: step, ...(outcome && { value: outcome }) });
    }
  }
  const removals = listChanges.filter(({ value }) => !value).sort((a, b) => b.index - a.index);
  for (const { list, index } of removals) list.splice(index, 1);
  for (const { list, value } of listChanges.sort((a, b) => a.index - b.index)) if (value) list.push(value);
};
