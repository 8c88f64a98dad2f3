/** A step of a document path: an attribute as written (`name` or `#placeholder`), or an index of a list. */
export type PathStep = string | number;

export type Operand =
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] }
  /** `:placeholder` */
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: Operand;
      readonly right: Operand;
    };

export const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'test'; readonly name: string; readonly args: readonly Operand[] };

export type UpdateAction = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

export interface UpdateClause {
  readonly action: UpdateAction;
  readonly path: readonly PathStep[];
  /** REMOVE has none. */
  readonly value?: Operand;
}

export type Projection = readonly (readonly PathStep[])[];
