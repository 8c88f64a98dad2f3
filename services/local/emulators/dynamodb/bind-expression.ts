import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  type AttributeValue,
  compareValues,
  typeOf,
} from './attribute-values.ts';
import { type Path, pathClash, showPath } from './document-path.ts';
import { validationError } from './errors.ts';
import type {
  Condition,
  ConditionOn,
  Operand,
  OperandOf,
  PathStep,
  UpdateAction,
} from './expression-syntax.ts';
import {
  type ExpressionParameter,
  parseCondition,
  parseProjection,
  parseUpdate,
} from './parse-expression.ts';
import type { Placeholders } from './placeholders.ts';

/** An operand whose placeholders are resolved. */
export type BoundOperand = OperandOf<
  { readonly kind: 'path'; readonly path: Path } | { readonly kind: 'value'; readonly value: AttributeValue }
>;

export type BoundCondition = ConditionOn<BoundOperand>;

export interface BoundClause {
  readonly action: UpdateAction;
  readonly path: Path;
  readonly value?: BoundOperand;
}

/** The names of types in errors about ADD and DELETE. */
const LONG_TYPE_NAMES: Readonly<Record<AttributeType, string>> = {
  ...{ S: 'STRING', N: 'NUMBER', B: 'BINARY', BOOL: 'BOOLEAN', NULL: 'NULL', L: 'LIST', M: 'MAP' },
  ...{ SS: 'STRING_SET', NS: 'NUMBER_SET', BS: 'BINARY_SET' },
};

const literalType = (operand: BoundOperand | undefined): AttributeType | undefined =>
  operand?.kind === 'value' ? typeOf(operand.value) : undefined;

const showValue = (value: AttributeValue): string => {
  const type = typeOf(value);
  return `AttributeValue: {${type}:${String(Object.values(value)[0])}}`;
};

/** Resolves the placeholders of one expression and checks the types of its operands. */
class Binder {
  private readonly parameter: ExpressionParameter;
  private readonly placeholders: Placeholders;

  constructor(parameter: ExpressionParameter, placeholders: Placeholders) {
    this.parameter = parameter;
    this.placeholders = placeholders;
  }

  fail(message: string): never {
    throw validationError(`Invalid ${this.parameter}: ${message}`);
  }

  private badType(name: string, type: string | undefined): never {
    return this.fail(
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
    );
  }

  path(steps: readonly PathStep[]): Path {
    return steps.map((step) => {
      if (typeof step === 'number') return step;
      return (
        this.placeholders.name(step) ??
        this.fail(
          `An expression attribute name used in the document path is not defined; attribute name: ${step}`,
        )
      );
    }) as unknown as Path;
  }

  operand(operand: Operand): BoundOperand {
    switch (operand.kind) {
      case 'path':
        return { kind: 'path', path: this.path(operand.steps) };
      case 'value': {
        const value = this.placeholders.value(operand.name);
        return value === undefined
          ? this.fail(
              `An expression attribute value used in expression is not defined; attribute value: ${operand.name}`,
            )
          : { kind: 'value', value };
      }
      case 'call':
        return this.call(
          operand.name,
          operand.args.map((each) => this.operand(each)),
        );
      case 'arithmetic': {
        const { operator } = operand;
        const [left, right] = [this.operand(operand.left), this.operand(operand.right)];
        for (const each of [left, right]) this.requireType(operator, each, ['N']);
        return { kind: 'arithmetic', operator, left, right };
      }
    }
  }

  private requireType(
    name: string,
    operand: BoundOperand | undefined,
    types: readonly AttributeType[],
  ): void {
    const type = literalType(operand);
    if (type !== undefined && !types.includes(type)) this.badType(name, type);
  }

  private requirePath(name: string, operand: BoundOperand | undefined): void {
    if (operand?.kind !== 'path')
      this.fail(`Operator or function requires a document path; operator or function: ${name}`);
  }

  private requireDistinct(name: string, [first, second]: readonly (BoundOperand | undefined)[]): void {
    if (first?.kind !== 'path' || second?.kind !== 'path') return;
    if (showPath(first.path) === showPath(second.path))
      this.fail(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${showPath(first.path)}`,
      );
  }

  /** Checks the operands of a function. The parser has checked how many there are. */
  private call(name: string, args: readonly BoundOperand[]): BoundOperand {
    const [first, second] = args;
    this.requireDistinct(name, args);
    switch (name) {
      case 'attribute_exists':
      case 'attribute_not_exists':
      case 'if_not_exists':
        this.requirePath(name, first);
        break;
      case 'begins_with':
        for (const each of args) this.requireType(name, each, ['S', 'B']);
        break;
      case 'attribute_type': {
        if (second?.kind !== 'value' || !('S' in second.value))
          return this.badType(name, literalType(second) ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
        const type = second.value.S;
        if (!(ATTRIBUTE_TYPES as readonly string[]).includes(type))
          this.fail(
            `Invalid attribute type name found; type: ${type}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
          );
        break;
      }
      case 'size':
        this.requireType(name, first, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
        break;
      case 'list_append':
        for (const each of args) this.requireType(name, each, ['L']);
    }
    return { kind: 'call', name, args };
  }

  condition(condition: Condition): BoundCondition {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return {
          kind: condition.kind,
          conditions: condition.conditions.map((each) => this.condition(each)),
        };
      case 'not':
        return { kind: 'not', condition: this.condition(condition.condition) };
      case 'compare': {
        const { comparator } = condition;
        const [left, right] = [this.operand(condition.left), this.operand(condition.right)];
        this.requireDistinct(comparator, [left, right]);
        if (comparator !== '=' && comparator !== '<>')
          for (const each of [left, right]) this.requireType(comparator, each, ['S', 'N', 'B']);
        return { kind: 'compare', comparator, left, right };
      }
      case 'between': {
        const [operand, low, high] = [condition.operand, condition.low, condition.high].map((each) =>
          this.operand(each),
        ) as [BoundOperand, BoundOperand, BoundOperand];
        this.checkBounds(low, high);
        return { kind: 'between', operand, low, high };
      }
      case 'in':
        return {
          kind: 'in',
          operand: this.operand(condition.operand),
          list: condition.list.map((each) => this.operand(each)),
        };
      case 'test': {
        const { name } = condition;
        const args = condition.args.map((each) => this.operand(each));
        this.call(name, args);
        return { kind: 'test', name, args };
      }
    }
  }

  private checkBounds(low: BoundOperand, high: BoundOperand): void {
    if (low.kind !== 'value' || high.kind !== 'value') return;
    const shown = `lower bound operand: ${showValue(low.value)}, upper bound operand: ${showValue(high.value)}`;
    if (typeOf(low.value) !== typeOf(high.value))
      this.fail(`The BETWEEN operator requires same data type for lower and upper bounds; ${shown}`);
    for (const each of [low, high]) this.requireType('BETWEEN', each, ['S', 'N', 'B']);
    if ((compareValues(low.value, high.value) ?? 0) > 0)
      this.fail(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${shown}`,
      );
  }

  checkPaths(paths: readonly Path[]): void {
    const clash = pathClash(paths);
    if (clash) this.fail(clash);
  }

  clause(action: UpdateAction, steps: readonly PathStep[], operand: Operand | undefined): BoundClause {
    const path = this.path(steps);
    if (!operand) return { action, path };
    const value = this.operand(operand);
    const type = literalType(value);
    if (
      (action === 'ADD' || action === 'DELETE') &&
      type !== undefined &&
      !(action === 'ADD' ? ['N', 'SS', 'NS', 'BS'] : ['SS', 'NS', 'BS']).includes(type)
    )
      this.fail(
        `Incorrect operand type for operator or function; operator: ${action}, operand type: ${LONG_TYPE_NAMES[type]}`,
      );
    return { action, path, value };
  }
}

/** Each parses an expression and resolves its placeholders. Each throws a ValidationException. */
export const bindCondition = (
  parameter: 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression',
  text: string,
  placeholders: Placeholders,
): BoundCondition => new Binder(parameter, placeholders).condition(parseCondition(parameter, text));

export const bindProjection = (text: string, placeholders: Placeholders): readonly Path[] => {
  const binder = new Binder('ProjectionExpression', placeholders);
  const paths = parseProjection('ProjectionExpression', text).map((steps) => binder.path(steps));
  binder.checkPaths(paths);
  return paths;
};

export const bindUpdate = (text: string, placeholders: Placeholders): readonly BoundClause[] => {
  const binder = new Binder('UpdateExpression', placeholders);
  const clauses = parseUpdate('UpdateExpression', text).map(({ action, path, value }) =>
    binder.clause(action, path, value),
  );
  binder.checkPaths(clauses.map(({ path }) => path));
  return clauses;
};
