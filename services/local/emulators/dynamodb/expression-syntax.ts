/** A step of a document path: an attribute as written (`name` or `#placeholder`), or an index of a list. */
export type PathStep = string | number;

/** A leaf, or what a function or an arithmetic operator makes of operands. */
export type OperandOf<Leaf> =
  | Leaf
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly OperandOf<Leaf>[] }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: OperandOf<Leaf>;
      readonly right: OperandOf<Leaf>;
    };

export type Operand = OperandOf<
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] }
  /** `:placeholder` */
  | { readonly kind: 'value'; readonly name: string }
>;

export const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type ConditionOn<Operand> =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly ConditionOn<Operand>[] }
  | { readonly kind: 'not'; readonly condition: ConditionOn<Operand> }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'test'; readonly name: string; readonly args: readonly Operand[] };

export type Condition = ConditionOn<Operand>;

export type UpdateAction = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

export interface UpdateClause {
  readonly action: UpdateAction;
  readonly path: readonly PathStep[];
  /** REMOVE has none. */
  readonly value?: Operand;
}

export type Projection = readonly (readonly PathStep[])[];
