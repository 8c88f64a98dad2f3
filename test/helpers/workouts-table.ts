import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { AwsCalls } from './aws-calls.ts';
import { emptyTables, openEmbeddedTables } from './embedded-tables.ts';

/** Only the workouts table, in an embedded DynamoDB. */
export interface WorkoutsTable {
  readonly name: string;
  /** The client for the code under test; `calls` records it. */
  readonly dynamodb: DynamoDBDocumentClient;
  readonly calls: AwsCalls;
  /** Puts an item of any shape, as another application could. */
  put(item: Record<string, unknown>): Promise<void>;
  count(): Promise<number>;
  /** Clears the table and the recorded calls. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export const openWorkoutsTable = async (): Promise<WorkoutsTable> => {
  const name = LOGICAL_ID.workoutsTable;
  const keys = { [name]: { workoutId: 'S', timestamp: 'N' } } as const;
  const { watched, raw, calls, stop } = await openEmbeddedTables(keys);
  return {
    name,
    dynamodb: watched.dynamodb,
    calls,
    put: async (item) => {
      await raw.dynamodb.send(new PutCommand({ TableName: name, Item: item }));
    },
    count: async () => (await raw.dynamodb.send(new ScanCommand({ TableName: name }))).Count ?? 0,
    clear: async () => {
      await emptyTables(raw.dynamodb, keys);
      calls.clear();
    },
    stop,
  };
};
