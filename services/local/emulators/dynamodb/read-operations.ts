import type { Item } from './attribute-values.ts';
import type { BoundCondition, BoundOperand } from './bind-expression.ts';
import { capacityMode, consumed, readUnits } from './capacity.ts';
import { DynamoDbError, invalidParameters, validationError } from './errors.ts';
import { meets } from './evaluate-condition.ts';
import { type Expressions, parseExpressions } from './expressions.ts';
import { type QueryRange, queryRange } from './key-conditions.ts';
import { keyIn, parseKey } from './keys.ts';
import type { Operations } from './operations.ts';
import { projectionOf } from './project-item.ts';
import {
  type Members,
  optionalBounded,
  optionalChoice,
  optionalFlag,
  optionalMembers,
  optionalText,
} from './request.ts';
import {
  type EncodedKey,
  keyAttributes,
  type Range,
  segmentOf,
  type Table,
  type TableStore,
} from './table-store.ts';
import { tableIn } from './write-actions.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const MAX_PAGE_BYTES = 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
const MAX_SEGMENTS = 1_000_000;

const SELECTS = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] as const;

/** Whether only the count is requested. Throws a ValidationException if Select and the projection disagree. */
const countsOnly = (members: Members, { projection }: Expressions): boolean => {
  const select = optionalChoice(members, 'Select', SELECTS);
  if (select === 'ALL_PROJECTED_ATTRIBUTES')
    throw invalidParameters('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  if (select === 'SPECIFIC_ATTRIBUTES' && !projection)
    throw invalidParameters(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  if (projection && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES')
    throw validationError(
      `Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    );
  return select === 'COUNT';
};

const refuseIndex = (members: Members): void => {
  const index = optionalText(members, 'IndexName');
  if (index !== undefined) throw validationError(`The table does not have the specified index: ${index}`);
};

/** Parses ExclusiveStartKey. */
const startKey = (table: Table, members: Members): EncodedKey | undefined => {
  const given = optionalMembers(members, 'ExclusiveStartKey');
  if (!given) return undefined;
  try {
    return parseKey(table, given).key;
  } catch (error: unknown) {
    if (!(error instanceof DynamoDbError) || error.code !== 'ValidationException') throw error;
    throw validationError(`The provided starting key is invalid: ${error.message}`);
  }
};

interface Page {
  readonly items: readonly Item[];
  readonly scanned: number;
  readonly bytes: number;
  /** The key of the last item read, if more may follow. */
  readonly last?: Item;
}

/** Reads up to `limit` items or 1 MB of a range, and returns those that `filter` keeps. */
const readPage = (
  store: TableStore,
  table: Table,
  range: Range,
  { limit, filter }: { readonly limit: number | undefined; readonly filter: BoundCondition | undefined },
): Page => {
  const items: Item[] = [];
  let [scanned, bytes]: [number, number] = [0, 0];
  let last: Item | undefined;
  for (const stored of store.range(table, range)) {
    if (last && bytes + stored.size > MAX_PAGE_BYTES)
      return { items, scanned, bytes, last: keyIn(table, last) };
    const item = stored.item();
    scanned++;
    bytes += stored.size;
    last = item;
    if (!filter || meets(filter, item)) items.push(item);
    if (scanned === limit) return { items, scanned, bytes, last: keyIn(table, last) };
  }
  return { items, scanned, bytes };
};

const respond = (
  store: TableStore,
  members: Members,
  expressions: Expressions,
  table: Table,
  range: Range,
) => {
  const mode = capacityMode(members);
  const consistent = optionalFlag(members, 'ConsistentRead') ?? false;
  const limit = optionalBounded(members, 'Limit', { min: 1 });
  const countOnly = countsOnly(members, expressions);
  const { projection, filter } = expressions;
  const { items, scanned, bytes, last } = readPage(store, table, range, { limit, filter });
  return {
    ...(!countOnly && { Items: projection ? items.map(projectionOf(projection)) : items }),
    Count: items.length,
    ScannedCount: scanned,
    ...(last && { LastEvaluatedKey: last }),
    ...consumed(mode, table.name, readUnits(bytes, consistent)),
  };
};

const namesIn = (operand: BoundOperand): readonly string[] => {
  if (operand.kind === 'path') return [operand.path[0]];
  return operand.kind === 'call' ? operand.args.flatMap(namesIn) : [];
};

/** The attributes that a condition reads. */
const attributesIn = (condition: BoundCondition): readonly string[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(attributesIn);
    case 'not':
      return attributesIn(condition.condition);
    case 'compare':
      return [condition.left, condition.right].flatMap(namesIn);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(namesIn);
    case 'in':
      return [condition.operand, ...condition.list].flatMap(namesIn);
    case 'test':
      return condition.args.flatMap(namesIn);
  }
};

const checkFilter = (table: Table, filter: BoundCondition): void => {
  const names = attributesIn(filter);
  const key = keyAttributes(table).find(({ name }) => names.includes(name));
  if (key)
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
    );
};

/** Throws a ValidationException if the starting key lies outside of what the query reads. */
const checkInside = (after: EncodedKey, { partition, low, high }: QueryRange): void => {
  if (!after.partition.equals(partition))
    throw validationError(
      'The provided starting key is outside query boundaries based on provided conditions',
    );
  const [fromLow, fromHigh] = [
    low ? Buffer.compare(after.sort, low.key) : 1,
    high ? Buffer.compare(after.sort, high.key) : -1,
  ];
  if (
    fromLow < 0 ||
    fromHigh > 0 ||
    (fromLow === 0 && !low?.inclusive) ||
    (fromHigh === 0 && !high?.inclusive)
  )
    throw validationError('The provided starting key does not match the range key predicate');
};

const parseSegment = (members: Members): Range['segment'] => {
  const index = optionalBounded(members, 'Segment', { min: 0, max: MAX_SEGMENTS - 1 });
  const total = optionalBounded(members, 'TotalSegments', { min: 1, max: MAX_SEGMENTS });
  if (index === undefined && total === undefined) return undefined;
  if (total === undefined)
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (index === undefined)
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  if (index >= total)
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${index} is not less than TotalSegments: ${total}`,
    );
  return { index, total };
};

export const readOperations = (store: TableStore): Operations => ({
  Query: (members) => {
    const expressions = parseExpressions(members, [
      'KeyConditionExpression',
      'FilterExpression',
      'ProjectionExpression',
    ]);
    if (!expressions.keyCondition)
      throw validationError(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    const table = tableIn(store, members);
    refuseIndex(members);
    const range = queryRange(expressions.keyCondition, table);
    if (expressions.filter) checkFilter(table, expressions.filter);
    const after = startKey(table, members);
    if (after) checkInside(after, range);
    const descending = !(optionalFlag(members, 'ScanIndexForward') ?? true);
    return respond(store, members, expressions, table, { ...range, descending, ...(after && { after }) });
  },
  Scan: (members) => {
    const expressions = parseExpressions(members, ['FilterExpression', 'ProjectionExpression']);
    const segment = parseSegment(members);
    const table = tableIn(store, members);
    refuseIndex(members);
    const after = startKey(table, members);
    if (after && segment && segmentOf(after.partition, segment.total) !== segment.index)
      throw validationError(
        `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${segment.total} Segment: ${segment.index}`,
      );
    return respond(store, members, expressions, table, {
      ...(after && { after }),
      ...(segment && { segment }),
    });
  },
});
