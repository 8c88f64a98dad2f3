import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Day } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'plan#scopes' };

/** Gained scopes whose nights did not all fit into one run. */
export interface GainedRest {
  readonly scopes: readonly string[];
  /** The nights from this date on have been requested. */
  readonly before: Day;
}

/** The scopes of a grant, and what is left of those that it has gained. */
export interface SeenScopes {
  readonly scopes: readonly string[];
  readonly rest?: GainedRest;
}

/** `plan#scopes` in OuraSyncTable: the scopes of the grant at the last look-back run, or before it at the first run. */
export interface PlannedScopes {
  /** Undefined before the first run with a grant. */
  get(): Promise<SeenScopes | undefined>;
  /** @param rest what the next look-back run continues with */
  set(scopes: readonly string[], rest?: GainedRest): Promise<void>;
  /** Sets them if none are stored. */
  setFirst(scopes: readonly string[]): Promise<void>;
}

export const createPlannedScopes = (dynamodb: DynamoDBDocumentClient, tableName: string): PlannedScopes => {
  const write = async (values: Record<string, unknown>, expression: string, condition?: string) => {
    await updateItem(dynamodb, tableName, KEY, { expression, condition, values });
  };
  return {
    get: async () => {
      const { Item } = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const rest = Item['rest'] as GainedRest | undefined;
      return { scopes: Item['scopes'] as readonly string[], ...(rest && { rest }) };
    },
    set: (scopes, rest) =>
      rest === undefined
        ? write({ ':scopes': scopes }, 'SET #scopes = :scopes REMOVE #rest')
        : write({ ':scopes': scopes, ':rest': rest }, 'SET #scopes = :scopes, #rest = :rest'),
    setFirst: (scopes) =>
      write({ ':scopes': scopes }, 'SET #scopes = :scopes', 'attribute_not_exists(#scopes)'),
  };
};
