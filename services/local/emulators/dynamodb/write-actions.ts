import { applyUpdate } from './apply-update.ts';
import { type Item, parseItem, storableSize } from './attribute-values.ts';
import type { BoundClause, BoundCondition } from './bind-expression.ts';
import type { Path } from './document-path.ts';
import { DynamoDbError, invalidParameters, tableNotFound, validationError } from './errors.ts';
import { meets } from './evaluate-condition.ts';
import { parseExpressions } from './expressions.ts';
import { keyOfItem, parseKey } from './keys.ts';
import { type Members, optionalChoice, required, tableName } from './request.ts';
import {
  type EncodedKey,
  keyAttributes,
  type StoredItem,
  type Table,
  type TableStore,
} from './table-store.ts';

/** An item with its size, as it will be stored. */
export interface NewItem {
  readonly item: Item;
  readonly size: number;
}

/** One write of an item, by itself or in a transaction. */
export interface WriteAction {
  readonly table: Table;
  readonly key: EncodedKey;
  readonly condition: BoundCondition | undefined;
  /** Whether the error of a failed condition shows the item. */
  readonly showsItem: boolean;
  /** The paths that an update changes. */
  readonly updatedPaths: readonly Path[];
  /** What the action stores, or `delete` or `keep`. Throws a ValidationException. */
  outcome(existing: StoredItem | undefined): NewItem | 'delete' | 'keep';
}

/** Returns the table that a request names. Throws ResourceNotFoundException. */
export const tableIn = (store: TableStore, members: Members): Table => {
  const table = store.table(tableName(members));
  if (table) return table;
  throw tableNotFound();
};

const showsItem = (members: Members): boolean =>
  optionalChoice(members, 'ReturnValuesOnConditionCheckFailure', ['ALL_OLD', 'NONE']) === 'ALL_OLD';

export const parsePut = (store: TableStore, members: Members): WriteAction => {
  tableName(members);
  const item = parseItem(required(members['Item'] ?? undefined, 'Item'));
  const size = storableSize(item);
  const { condition } = parseExpressions(members, ['ConditionExpression']);
  const table = tableIn(store, members);
  const key = keyOfItem(table, item);
  return {
    ...{ table, key, condition, showsItem: showsItem(members), updatedPaths: [] },
    outcome: () => ({ item, size }),
  };
};

const parseKeyed = (store: TableStore, members: Members) => {
  const table = tableIn(store, members);
  return { table, ...parseKey(table, required(members['Key'] ?? undefined, 'Key')) };
};

export const parseDelete = (store: TableStore, members: Members): WriteAction => {
  const { condition } = parseExpressions(members, ['ConditionExpression']);
  const { table, key } = parseKeyed(store, members);
  return {
    ...{ table, key, condition, showsItem: showsItem(members), updatedPaths: [] },
    outcome: () => 'delete',
  };
};

export const parseConditionCheck = (store: TableStore, members: Members): WriteAction => {
  const { condition } = parseExpressions(members, ['ConditionExpression']);
  required(condition, 'ConditionExpression');
  const { table, key } = parseKeyed(store, members);
  return {
    ...{ table, key, condition, showsItem: showsItem(members), updatedPaths: [] },
    outcome: () => 'keep',
  };
};

const checkKeyUnchanged = (table: Table, clauses: readonly BoundClause[]): void => {
  for (const { name } of keyAttributes(table)) {
    const clause = clauses.find(({ path }) => path[0] === name);
    if (!clause) continue;
    if (clause.path.length > 1)
      throw validationError(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`,
      );
    throw invalidParameters(`Cannot update attribute ${name}. This attribute is part of the key`);
  }
};

export const parseUpdate = (store: TableStore, members: Members): WriteAction => {
  const { condition, update = [] } = parseExpressions(members, ['UpdateExpression', 'ConditionExpression']);
  const { table, key, item: keyItem } = parseKeyed(store, members);
  checkKeyUnchanged(table, update);
  return {
    ...{ table, key, condition, showsItem: showsItem(members), updatedPaths: update.map(({ path }) => path) },
    outcome: (existing) => {
      const item = existing?.item() ?? { ...keyItem };
      applyUpdate(update, item);
      return { item, size: storableSize(item, 'Item size to update has exceeded the maximum allowed size') };
    },
  };
};

/** Whether the condition of an action holds. */
export const conditionHolds = ({ condition }: WriteAction, existing: StoredItem | undefined): boolean =>
  !condition || meets(condition, existing?.item() ?? {});

export const CONDITION_FAILED = 'The conditional request failed';

/** Throws ConditionalCheckFailedException if the condition of an action does not hold. */
export const requireCondition = (action: WriteAction, existing: StoredItem | undefined): void => {
  if (conditionHolds(action, existing)) return;
  throw new DynamoDbError('ConditionalCheckFailedException', CONDITION_FAILED, {
    ...(action.showsItem && existing && { Item: existing.item() }),
  });
};

/** Stores the outcome of an action. */
export const writeOutcome = (
  store: TableStore,
  { table, key }: WriteAction,
  outcome: ReturnType<WriteAction['outcome']>,
): void => {
  if (outcome === 'delete') store.delete(table, key);
  else if (outcome !== 'keep') store.put(table, key, outcome.item, outcome.size);
};
