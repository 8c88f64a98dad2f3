import { createHash } from 'node:crypto';
import { addUnits, capacityMode, consumedByTransaction, readUnits, writeUnits } from './capacity.ts';
import { DynamoDbError, validationError } from './errors.ts';
import { parseExpressions } from './expressions.ts';
import { identityOf, parseKey } from './keys.ts';
import type { Operations } from './operations.ts';
import { projectionOf } from './project-item.ts';
import {
  asMembers,
  checkLength,
  type Members,
  optionalList,
  optionalMembers,
  optionalText,
  required,
} from './request.ts';
import type { TableStore } from './table-store.ts';
import {
  CONDITION_FAILED,
  conditionHolds,
  parseConditionCheck,
  parseDelete,
  parsePut,
  parseUpdate,
  tableIn,
  type WriteAction,
  writeOutcome,
} from './write-actions.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

const parsers = {
  ConditionCheck: parseConditionCheck,
  Put: parsePut,
  Delete: parseDelete,
  Update: parseUpdate,
} as const;

const transactItems = (members: Members): Members[] => {
  const given = required(optionalList(members, 'TransactItems'), 'TransactItems');
  checkLength(given.length, 'transactItems', `[${given.length} actions]`, 1, MAX_ACTIONS);
  return given.map((each) => asMembers(each, 'TransactItems'));
};

const parseAction = (store: TableStore, item: Members): WriteAction => {
  const kinds = (Object.keys(parsers) as (keyof typeof parsers)[]).filter((kind) =>
    optionalMembers(item, kind),
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  return parsers[kind](store, required(optionalMembers(item, kind), kind));
};

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

const canceled = (reasons: readonly Reason[]): DynamoDbError =>
  new DynamoDbError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { CancellationReasons: reasons },
  );

/** What an action would store, or why it cancels the transaction. */
const plan = (store: TableStore, action: WriteAction) => {
  const existing = store.get(action.table, action.key);
  if (!conditionHolds(action, existing)) {
    const Item = action.showsItem ? existing?.item() : undefined;
    const reason: Reason = {
      ...(Item && { Item }),
      Code: 'ConditionalCheckFailed',
      Message: CONDITION_FAILED,
    };
    return { action, reason };
  }
  try {
    const outcome = action.outcome(existing);
    const size = typeof outcome === 'object' ? outcome.size : 0;
    return { action, outcome, units: writeUnits(existing?.size ?? 0, size), size };
  } catch (error: unknown) {
    if (!(error instanceof DynamoDbError)) throw error;
    return { action, reason: { Code: 'ValidationError', Message: error.message } satisfies Reason };
  }
};

const write = (store: TableStore, members: Members): object => {
  const mode = capacityMode(members);
  const actions = transactItems(members).map((item) => parseAction(store, item));
  const identities = actions.map(({ table, key }) => identityOf(table, key));
  if (new Set(identities).size < identities.length)
    throw validationError('Transaction request cannot include multiple operations on one item');
  const planned = actions.map((action) => plan(store, action));
  if (planned.some(({ reason }) => reason))
    throw canceled(planned.map(({ reason }) => reason ?? { Code: 'None' }));
  if (planned.reduce((total, { size = 0 }) => total + size, 0) > MAX_BYTES)
    throw validationError('Collection of items in the transaction exceeds the maximum allowed size of 4 MB');
  const units = new Map<string, number>();
  for (const { action, outcome, units: each = 0 } of planned) {
    addUnits(units, action.table.name, each);
    if (outcome) writeOutcome(store, action, outcome);
  }
  return consumedByTransaction(mode, 'Write', units);
};

/** The transactions that a client may repeat with the same token, by their digests. */
class Tokens {
  private readonly known = new Map<string, { readonly digest: string; readonly until: number }>();

  /** Whether the transaction has run. Throws IdempotentParameterMismatchException if it was another one. */
  hasRun(token: string, digest: string): boolean {
    for (const [old, { until }] of this.known) {
      if (until > Date.now()) break;
      this.known.delete(old);
    }
    const earlier = this.known.get(token);
    if (!earlier) return false;
    if (earlier.digest === digest) return true;
    throw new DynamoDbError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request',
    );
  }

  remember(token: string, digest: string): void {
    this.known.set(token, { digest, until: Date.now() + TOKEN_LIFETIME_MS });
  }

  forget(token: string): void {
    this.known.delete(token);
  }
}

const parseToken = (members: Members): string | undefined => {
  const token = optionalText(members, 'ClientRequestToken');
  if (token !== undefined) checkLength(token.length, 'clientRequestToken', token, 1, 36);
  return token;
};

export const transactionOperations = (store: TableStore): Operations => {
  const tokens = new Tokens();
  return {
    TransactWriteItems: (members) => {
      const token = parseToken(members);
      if (token === undefined) return write(store, members);
      const digest = createHash('sha256').update(JSON.stringify(members['TransactItems'])).digest('hex');
      if (tokens.hasRun(token, digest)) return {};
      const reply = write(store, members);
      tokens.remember(token, digest);
      // A transaction that could not be written may be repeated.
      store.committed().catch(() => tokens.forget(token));
      return reply;
    },
    TransactGetItems: (members) => {
      const mode = capacityMode(members);
      const units = new Map<string, number>();
      const gets = transactItems(members).map((item) => {
        const get = required(optionalMembers(item, 'Get'), 'Get');
        const { projection } = parseExpressions(get, ['ProjectionExpression']);
        const table = tableIn(store, get);
        const { key } = parseKey(table, required(get['Key'] ?? undefined, 'Key'));
        return { table, key, projection };
      });
      const identities = gets.map(({ table, key }) => identityOf(table, key));
      if (new Set(identities).size < identities.length)
        throw validationError('Transaction request cannot include multiple operations on one item');
      const Responses = gets.map(({ table, key, projection }) => {
        const stored = store.get(table, key);
        addUnits(units, table.name, readUnits(stored?.size ?? 0, true));
        const item = stored?.item();
        return item ? { Item: projection ? projectionOf(projection)(item) : item } : {};
      });
      return { Responses, ...consumedByTransaction(mode, 'Read', units) };
    },
  };
};
