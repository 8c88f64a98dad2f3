import { validationError } from './errors.ts';
import { type Token, tokenize, unexpected } from './expression-lexer.ts';
import {
  COMPARATORS,
  type Comparator,
  type Condition,
  type Operand,
  type PathStep,
  type Projection,
  type UpdateAction,
  type UpdateClause,
} from './expression-syntax.ts';
import { isReserved } from './reserved-words.ts';

/** The parameters that hold an expression. */
export type ExpressionParameter =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_BYTES = 4096;
const MAX_OPERATORS = 300;
const MAX_IN_OPERANDS = 100;
/** No expression that a person or a tool writes is nested deeper. The parser calls itself once per level. */
const MAX_NESTING = 64;

/** The functions of conditions, with their number of operands. */
const CONDITION_FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const UPDATE_FUNCTIONS: Readonly<Record<string, number>> = { if_not_exists: 2, list_append: 2 };

type Parsed = { readonly operand: Operand } | { readonly condition: Condition };

/** A recursive descent parser of one expression. */
class Parser {
  private readonly parameter: ExpressionParameter;
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private position = 0;
  private nesting = 0;
  private operators = 0;
  /** The first error of each kind. A syntax error comes before all of them. */
  private readonly errors = new Map<
    'parentheses' | 'function' | 'misuse' | 'reserved' | 'operands',
    string
  >();

  constructor(parameter: ExpressionParameter, text: string) {
    this.parameter = parameter;
    this.text = text;
    if (text.trim() === '') this.fail('The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > MAX_BYTES)
      this.fail(
        `Expression size has exceeded the maximum allowed size; expression size: ${size}, maximum: ${MAX_BYTES}`,
      );
    this.tokens = tokenize(text, (message) => this.fail(message));
  }

  private fail(message: string): never {
    throw validationError(`Invalid ${this.parameter}: ${message}`);
  }

  private note(kind: Parameters<Parser['errors']['set']>[0], message: string): void {
    if (!this.errors.has(kind)) this.errors.set(kind, message);
  }

  private get token(): Token {
    return this.tokens[this.position] as Token;
  }

  private unexpected(): never {
    return this.fail(unexpected(this.text, this.tokens, this.position));
  }

  private next(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.position++;
    return token;
  }

  private isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  private isKeyword(word: string): boolean {
    return this.token.kind === 'word' && this.token.text.toUpperCase() === word;
  }

  private accept(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.position++;
    return found;
  }

  private acceptKeyword(word: string): boolean {
    const found = this.isKeyword(word);
    if (found) this.position++;
    return found;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.unexpected();
  }

  private nested<T>(parse: () => T): T {
    if (++this.nesting > MAX_NESTING)
      this.fail(`The expression is nested too deeply; maximum number of levels: ${MAX_NESTING}`);
    const parsed = parse();
    this.nesting--;
    return parsed;
  }

  private countOperator(): void {
    if (++this.operators > MAX_OPERATORS)
      this.fail(
        `The expression contains too many operators or functions; maximum operator count: ${MAX_OPERATORS}`,
      );
  }

  private finish(): void {
    if (this.token.kind !== 'end') this.unexpected();
    for (const kind of ['parentheses', 'function', 'misuse', 'reserved', 'operands'] as const) {
      const message = this.errors.get(kind);
      if (message !== undefined) this.fail(message);
    }
  }

  condition(): Condition {
    const condition = this.asCondition(this.or());
    this.finish();
    return condition;
  }

  private asCondition(parsed: Parsed): Condition {
    return 'condition' in parsed ? parsed.condition : this.unexpected();
  }

  /** Parses `a AND b AND c` or `a OR b OR c`. */
  private chain(kind: 'and' | 'or', parse: () => Parsed): Parsed {
    const first = parse();
    const keyword = kind.toUpperCase();
    if (!this.isKeyword(keyword)) return first;
    const conditions = [this.asCondition(first)];
    while (this.acceptKeyword(keyword)) {
      this.countOperator();
      conditions.push(this.asCondition(parse()));
    }
    return { condition: { kind, conditions } };
  }

  private or(): Parsed {
    return this.chain('or', () => this.and());
  }

  private and(): Parsed {
    return this.chain('and', () => this.not());
  }

  private not(): Parsed {
    if (!this.acceptKeyword('NOT')) return this.primary();
    this.countOperator();
    return this.nested(() => ({ condition: { kind: 'not', condition: this.asCondition(this.not()) } }));
  }

  /** Parses a parenthesized condition, a function, or a comparison. */
  private primary(): Parsed {
    if (!this.isSymbol('(')) return this.comparison(this.operand());
    const inner = this.parenthesized(() => this.or());
    if ('condition' in inner) return inner;
    return this.comparison(inner.operand);
  }

  /** Parses `(inner)`. Parentheses around parentheses are an error of DynamoDB. */
  private parenthesized<T>(parse: () => T): T {
    this.expect('(');
    const [first, start] = [this.isSymbol('('), this.position];
    const parsed = this.nested(parse);
    if (first && this.closes(start)) this.note('parentheses', 'The expression has redundant parentheses;');
    this.expect(')');
    return parsed;
  }

  /** Whether the parenthesis that opens at `start` closes just before the present token. */
  private closes(start: number): boolean {
    let depth = 0;
    for (let index = start; index < this.position; index++) {
      const { kind, text } = this.tokens[index] as Token;
      if (kind !== 'symbol') continue;
      if (text === '(') depth++;
      else if (text === ')' && --depth === 0) return index === this.position - 1;
    }
    return false;
  }

  private comparison(operand: Operand): Parsed {
    const comparator = COMPARATORS.find((each) => this.isSymbol(each));
    if (comparator) {
      this.next();
      return { condition: this.compare(comparator, operand, this.valueOperand()) };
    }
    if (this.acceptKeyword('BETWEEN')) {
      this.countOperator();
      const low = this.valueOperand();
      if (!this.acceptKeyword('AND')) this.unexpected();
      const high = this.valueOperand();
      for (const each of [operand, low, high]) this.checkNoTest(each);
      return { condition: { kind: 'between', operand, low, high } };
    }
    if (this.acceptKeyword('IN')) {
      this.countOperator();
      this.expect('(');
      const list = this.list(() => this.valueOperand());
      this.expect(')');
      if (list.length > MAX_IN_OPERANDS)
        this.note(
          'operands',
          `The IN operator is provided with too many operands; number of operands: ${list.length}`,
        );
      for (const each of [operand, ...list]) this.checkNoTest(each);
      return { condition: { kind: 'in', operand, list } };
    }
    // A function is a condition, unless the parser meets `(size(a)) = :b` and its parenthesis closes here.
    if (operand.kind === 'call') {
      if (operand.name !== 'size')
        return { condition: { kind: 'test', name: operand.name, args: operand.args } };
      if (this.isSymbol(')')) return { operand };
      this.note('misuse', this.misused('size'));
      return { condition: { kind: 'test', name: 'size', args: operand.args } };
    }
    return { operand };
  }

  private compare(comparator: Comparator, left: Operand, right: Operand): Condition {
    this.countOperator();
    this.checkNoTest(left);
    this.checkNoTest(right);
    return { kind: 'compare', comparator, left, right };
  }

  private misused(name: string): string {
    return `The function is not allowed to be used this way in an expression; function: ${name}`;
  }

  /** Only `size` has a value. The other functions of conditions are true or false. */
  private checkNoTest(operand: Operand): void {
    if (
      operand.kind === 'call' &&
      operand.name !== 'size' &&
      Object.hasOwn(CONDITION_FUNCTIONS, operand.name)
    )
      this.note('misuse', this.misused(operand.name));
  }

  private valueOperand(): Operand {
    return this.isSymbol('(') ? this.parenthesized(() => this.valueOperand()) : this.operand();
  }

  private list<T>(parse: () => T): T[] {
    const parsed = [parse()];
    while (this.accept(',')) parsed.push(parse());
    return parsed;
  }

  private operand(): Operand {
    const { kind, text } = this.token;
    if (kind === 'value') {
      this.next();
      return { kind: 'value', name: text };
    }
    const following = this.tokens[this.position + 1];
    if (kind === 'word' && following?.kind === 'symbol' && following.text === '(') return this.call();
    return { kind: 'path', steps: this.path() };
  }

  private call(): Operand {
    const name = this.next().text;
    if (STRUCTURE_WORDS.has(name.toUpperCase())) {
      this.position--;
      this.unexpected();
    }
    this.countOperator();
    this.expect('(');
    const args = this.nested(() => this.list(() => this.valueOperand()));
    this.expect(')');
    const isUpdate = this.parameter === 'UpdateExpression';
    const [functions, others] = isUpdate
      ? [UPDATE_FUNCTIONS, CONDITION_FUNCTIONS]
      : [CONDITION_FUNCTIONS, UPDATE_FUNCTIONS];
    if (Object.hasOwn(others, name))
      this.note(
        'function',
        `The function is not allowed in ${isUpdate ? 'an update' : 'a condition'} expression; function: ${name}`,
      );
    else if (!Object.hasOwn(functions, name))
      this.note('function', `Invalid function name; function: ${name}`);
    else if (args.length !== functions[name])
      this.note(
        'operands',
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
      );
    else if (name !== 'size') for (const each of args) this.checkNoTest(each);
    return { kind: 'call', name, args };
  }

  private path(): PathStep[] {
    const steps: PathStep[] = [this.attribute()];
    for (;;) {
      if (this.accept('.')) steps.push(this.attribute());
      else if (this.accept('[')) {
        if (this.token.kind !== 'index') this.unexpected();
        steps.push(Number(this.next().text));
        this.expect(']');
      } else break;
    }
    return steps;
  }

  private attribute(): string {
    const { kind, text } = this.token;
    if (kind !== 'name' && kind !== 'word') this.unexpected();
    if (kind === 'word') {
      if (STRUCTURE_WORDS.has(text.toUpperCase())) this.unexpected();
      if (isReserved(text))
        this.note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    this.next();
    return text;
  }

  projection(): Projection {
    const paths = this.list(() => this.path());
    this.finish();
    return paths;
  }

  update(): readonly UpdateClause[] {
    const clauses: UpdateClause[] = [];
    const seen = new Set<string>();
    while (this.token.kind !== 'end') {
      const action = ACTIONS.find((each) => this.isKeyword(each));
      if (!action) this.unexpected();
      this.next();
      if (seen.has(action))
        this.note('function', `The "${action}" section can only be used once in an update expression;`);
      seen.add(action);
      clauses.push(...this.list(() => this.clause(action)));
    }
    this.finish();
    return clauses;
  }

  private clause(action: UpdateAction): UpdateClause {
    this.countOperator();
    const path = this.path();
    if (action === 'REMOVE') return { action, path };
    if (action === 'SET') {
      this.expect('=');
      return { action, path, value: this.setValue() };
    }
    if (this.token.kind !== 'value') this.unexpected();
    return { action, path, value: { kind: 'value', name: this.next().text } };
  }

  private setValue(): Operand {
    if (this.isSymbol('(')) {
      const inner = this.parenthesized(() => this.setValue());
      return this.arithmetic(inner);
    }
    return this.arithmetic(this.operand());
  }

  private arithmetic(left: Operand): Operand {
    for (const operator of ['+', '-'] as const) {
      if (!this.accept(operator)) continue;
      this.countOperator();
      return { kind: 'arithmetic', operator, left, right: this.valueOperand() };
    }
    return left;
  }
}

/** Words that cannot be an attribute because they structure a condition. */
const STRUCTURE_WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
const ACTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** How many parsed expressions are kept. A program has a few dozen. */
const CACHED = 500;

/** Remembers what `parse` returns for the texts used last. */
const cached = <T>(parse: (parameter: ExpressionParameter, text: string) => T) => {
  const known = new Map<string, T>();
  return (parameter: ExpressionParameter, text: string): T => {
    const key = `${parameter} ${text}`;
    const parsed = known.get(key) ?? parse(parameter, text);
    known.delete(key);
    known.set(key, parsed);
    const [oldest] = known.keys();
    if (known.size > CACHED && oldest !== undefined) known.delete(oldest);
    return parsed;
  };
};

/** Each throws a ValidationException. Placeholders are resolved later, so that a text is parsed once. */
export const parseCondition = cached((parameter, text) => new Parser(parameter, text).condition());
export const parseProjection = cached((parameter, text) => new Parser(parameter, text).projection());
export const parseUpdate = cached((parameter, text) => new Parser(parameter, text).update());
