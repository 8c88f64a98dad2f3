import {
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import { ValidationError } from 'yup';
import { canonicalJson } from '../../core/canonical-json.ts';
import { chunks } from '../../core/chunks.ts';
import { isSurelyValid } from '../../core/quick-validation.ts';
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

/** The number of sets that are new, that replaced a different version, or that were stored already. */
export interface PutSets {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** The table of workouts, with keys `workoutId` and `timestamp`: our own, or GainsIQ's, which we only read. */
export interface Workouts {
  read(): Promise<StoredSets>;
  /** Stores the sets that are new or different. If two have the same key, the last one counts. */
  put(sets: readonly WorkoutSet[]): Promise<PutSets>;
}

type WriteRequest = NonNullable<BatchWriteCommandOutput['UnprocessedItems']>[string][number];

/** BatchWriteItem accepts at most 25 items [DynamoDB]. */
const MOST_ITEMS = 25;

const keyOf = ({ workoutId, timestamp }: Pick<WorkoutSet, 'workoutId' | 'timestamp'>): string =>
  `${timestamp}/${workoutId}`;

const byTime = (one: WorkoutSet, other: WorkoutSet): number =>
  one.timestamp - other.timestamp || one.workoutId.localeCompare(other.workoutId);

export const createWorkouts = (dynamodb: DynamoDBDocumentClient, tableName: string): Workouts => {
  const write = (sets: readonly WorkoutSet[]): Promise<void> => {
    const requests: WriteRequest[] = sets.map((Item) => ({ PutRequest: { Item } }));
    return retryUnprocessed(tableName, requests, async (left) => {
      const reply = await dynamodb.send(new BatchWriteCommand({ RequestItems: { [tableName]: [...left] } }));
      return reply.UnprocessedItems?.[tableName] ?? [];
    });
  };

  return {
    read: async () => {
      const sets: WorkoutSet[] = [];
      let skipped = 0;
      for await (const page of paginateScan({ client: dynamodb }, { TableName: tableName })) {
        for (const item of page.Items ?? []) {
          const set = asSet(item);
          if (set) sets.push(set);
          else skipped += 1;
        }
      }
      return { sets: sets.sort(byTime), skipped };
    },

    put: async (given) => {
      const sets = [...new Map(given.map((set) => [keyOf(set), set])).values()];
      const keys = sets.map(({ workoutId, timestamp }) => ({ workoutId, timestamp }));
      const items = (await batchGet(dynamodb, tableName, keys)) as WorkoutSet[];
      const stored = new Map(items.map((item) => [keyOf(item), canonicalJson(item)]));
      const added = sets.filter((set) => !stored.has(keyOf(set)));
      const changed = sets.filter(
        (set) => stored.has(keyOf(set)) && stored.get(keyOf(set)) !== canonicalJson(set),
      );
      const due = [...added, ...changed];
      for (const some of chunks(due, MOST_ITEMS)) await write(some);
      return {
        added: added.length,
        changed: changed.length,
        unchanged: sets.length - due.length,
      };
    },
  };
};

const isField = (name: string): boolean => Object.hasOwn(workoutSetSchema.fields, name);

const asSet = (item: Readonly<Record<string, unknown>>): WorkoutSet | undefined => {
  // There is nothing to convert in such an item, nor to strip.
  if (Object.keys(item).every(isField) && isSurelyValid(workoutSetSchema, item)) return item as WorkoutSet;
  try {
    return workoutSetSchema.validateSync(item, { stripUnknown: true });
  } catch (error: unknown) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
};
