import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { ValidationError } from 'yup';
import { canonicalJson } from '../../core/canonical-json.ts';
import { chunks } from '../../core/chunks.ts';
import { isSurelyValid } from '../../core/quick-validation.ts';
import { readWorkoutSet } from '../../core/read-workout-set.ts';
import { type WorkoutSet, workoutSetSchema } from '../../core/workout-set.ts';
import { batchGet } from './batch-get.ts';
import { retryUnprocessed } from './retry-unprocessed.ts';

/** The content of the table of workouts. */
export interface StoredSets {
  /** By time, oldest first. */
  readonly sets: WorkoutSet[];
  /** The number of items that are not sets. Another application may own the table. */
  readonly skipped: number;
}

/** The key of a set. */
type SetKey = Pick<WorkoutSet, 'workoutId' | 'timestamp'>;

/** A set to store, or one to delete. */
export type SetChange = { readonly put: WorkoutSet } | { readonly remove: SetKey };

/** The table of workouts, with keys `workoutId` and `timestamp`: our own, or GainsIQ's, which we only read. */
export interface Workouts {
  read(): Promise<StoredSets>;
  /** Stores the sets that are new or different. If two have the same key, the last one counts. */
  put(sets: readonly WorkoutSet[]): Promise<void>;
  /** Makes the changes in their order, in batches. No two have the same key. */
  change(changes: readonly SetChange[]): Promise<void>;
}

type WriteRequest = NonNullable<BatchWriteCommandOutput['UnprocessedItems']>[string][number];
type StoredItem = Readonly<Record<string, AttributeValue>>;

/** BatchWriteItem accepts at most 25 items [DynamoDB]. */
const MOST_ITEMS = 25;

/** Identifies a set in a map. */
export const textOfKey = ({ workoutId, timestamp }: SetKey): string => `${timestamp}/${workoutId}`;

const byTime = (one: WorkoutSet, other: WorkoutSet): number =>
  one.timestamp - other.timestamp || one.workoutId.localeCompare(other.workoutId);

/** The attributes of a set, with a placeholder for each, as `source` is a reserved word of DynamoDB. */
const ATTRIBUTES = Object.keys(workoutSetSchema.fields);
const PROJECTION = {
  ProjectionExpression: ATTRIBUTES.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name) => [`#${name}`, name])),
};

const requestOf = (change: SetChange): WriteRequest =>
  'put' in change
    ? { PutRequest: { Item: change.put } }
    : { DeleteRequest: { Key: { workoutId: change.remove.workoutId, timestamp: change.remove.timestamp } } };

export const createWorkouts = (dynamodb: DynamoDBDocumentClient, tableName: string): Workouts => {
  const write = (requests: readonly WriteRequest[]): Promise<void> =>
    retryUnprocessed(tableName, requests, async (left) => {
      const reply = await dynamodb.send(new BatchWriteCommand({ RequestItems: { [tableName]: [...left] } }));
      return reply.UnprocessedItems?.[tableName] ?? [];
    });

  const change = async (changes: readonly SetChange[]): Promise<void> => {
    for (const some of chunks(changes.map(requestOf), MOST_ITEMS)) await write(some);
  };

  /** Items as DynamoDB sends them: the document client fails for a whole page if it cannot convert one number. */
  async function* storedItems(): AsyncGenerator<StoredItem> {
    let from: StoredItem | undefined;
    do {
      const request = { TableName: tableName, ConsistentRead: true, ExclusiveStartKey: from, ...PROJECTION };
      const page = await dynamodb.send(new ScanCommand(request));
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  return {
    read: async () => {
      const sets: WorkoutSet[] = [];
      let skipped = 0;
      for await (const item of storedItems()) {
        const set = asSet(item);
        if (set) sets.push(set);
        else skipped += 1;
      }
      return { sets: sets.sort(byTime), skipped };
    },

    put: async (given) => {
      const sets = [...new Map(given.map((set) => [textOfKey(set), set])).values()];
      const keys = sets.map(({ workoutId, timestamp }) => ({ workoutId, timestamp }));
      const items = (await batchGet(dynamodb, tableName, keys, { attributes: ATTRIBUTES })) as WorkoutSet[];
      const stored = new Map(items.map((item) => [textOfKey(item), canonicalJson(item)]));
      const due = sets.filter((set) => stored.get(textOfKey(set)) !== canonicalJson(set));
      await change(due.map((put) => ({ put })));
    },

    change,
  };
};

/** A text or a number, undefined for null; anything else stays as DynamoDB sends it, which is not valid in a set. */
const plainValue = (value: AttributeValue): unknown => {
  if (value.N !== undefined) return Number(value.N);
  return value.NULL ? undefined : (value.S ?? value);
};

const asSet = (stored: StoredItem): WorkoutSet | undefined => {
  const item = Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, plainValue(value)]));
  // There is nothing to convert in such an item.
  if (isSurelyValid(workoutSetSchema, item)) return item as WorkoutSet;
  try {
    return readWorkoutSet(item).set;
  } catch (error: unknown) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
};
