import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { AwsCalls } from './aws-calls.ts';
import { emptyTables, openEmbeddedTables } from './embedded-tables.ts';

/** The table of workouts alone, in an embedded DynamoDB. */
export interface WorkoutsTable {
  readonly name: string;
  /** The client that the code under test is given; watched by `calls`. */
  readonly dynamodb: DynamoDBDocumentClient;
  readonly calls: AwsCalls;
  /** Puts an item of any form, as another application may. */
  put(item: Record<string, unknown>): Promise<void>;
  count(): Promise<number>;
  /** Empties the table and forgets the calls. */
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
