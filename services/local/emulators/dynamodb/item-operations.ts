import type { Item } from './attribute-values.ts';
import { capacityMode, consumed, readUnits, writeUnits } from './capacity.ts';
import { validationError } from './errors.ts';
import { parseExpressions } from './expressions.ts';
import { parseKey } from './keys.ts';
import type { Operations } from './operations.ts';
import { projectionOf } from './project-item.ts';
import { type Members, optionalChoice, optionalFlag, required } from './request.ts';
import type { StoredItem, TableStore } from './table-store.ts';
import {
  type NewItem,
  parseDelete,
  parsePut,
  parseUpdate,
  requireCondition,
  tableIn,
  type WriteAction,
  writeOutcome,
} from './write-actions.ts';

const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] as const;
type ReturnValues = (typeof RETURN_VALUES)[number];

const returnValues = (members: Members): ReturnValues =>
  optionalChoice(members, 'ReturnValues', RETURN_VALUES) ?? 'NONE';

/** PutItem and DeleteItem return the old item or nothing. */
const oldOrNone = (members: Members): ReturnValues => {
  const wanted = returnValues(members);
  if (wanted === 'ALL_OLD' || wanted === 'NONE') return wanted;
  throw validationError('ReturnValues can only be ALL_OLD or NONE');
};

const shownAttributes = (
  wanted: ReturnValues,
  existing: StoredItem | undefined,
  outcome: NewItem | 'delete' | 'keep',
  { updatedPaths }: WriteAction,
): Item | undefined => {
  if (wanted === 'NONE') return undefined;
  const after = typeof outcome === 'object' ? outcome.item : undefined;
  const shown = wanted === 'ALL_NEW' || wanted === 'UPDATED_NEW' ? after : existing?.item();
  if (!shown || wanted === 'ALL_NEW' || wanted === 'ALL_OLD') return shown;
  const updated = projectionOf(updatedPaths)(shown);
  return Object.keys(updated).length > 0 ? updated : undefined;
};

const write = (
  store: TableStore,
  members: Members,
  parse: (store: TableStore, members: Members) => WriteAction,
  wanted: ReturnValues,
): object => {
  const mode = capacityMode(members);
  optionalChoice(members, 'ReturnItemCollectionMetrics', ['SIZE', 'NONE']);
  const action = parse(store, members);
  const existing = store.get(action.table, action.key);
  requireCondition(action, existing);
  const outcome = action.outcome(existing);
  writeOutcome(store, action, outcome);
  const Attributes = shownAttributes(wanted, existing, outcome, action);
  const units = writeUnits(existing?.size ?? 0, typeof outcome === 'object' ? outcome.size : 0);
  return { ...(Attributes && { Attributes }), ...consumed(mode, action.table.name, units) };
};

export const itemOperations = (store: TableStore): Operations => ({
  GetItem: (members) => {
    const mode = capacityMode(members);
    const consistent = optionalFlag(members, 'ConsistentRead') ?? false;
    const { projection } = parseExpressions(members, ['ProjectionExpression']);
    const table = tableIn(store, members);
    const { key } = parseKey(table, required(members['Key'] ?? undefined, 'Key'));
    const stored = store.get(table, key);
    const item = stored?.item();
    return {
      ...(item && { Item: projection ? projectionOf(projection)(item) : item }),
      ...consumed(mode, table.name, readUnits(stored?.size ?? 0, consistent)),
    };
  },
  PutItem: (members) => write(store, members, parsePut, oldOrNone(members)),
  DeleteItem: (members) => write(store, members, parseDelete, oldOrNone(members)),
  UpdateItem: (members) => write(store, members, parseUpdate, returnValues(members)),
});
